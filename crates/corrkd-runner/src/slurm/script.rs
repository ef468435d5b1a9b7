//! The two scripts of a submission, readable by a person: one for every element, which is told which array it is of, and one for
//! the report.

use corrkd_config::Slurm;
use std::{fmt::Write as _, path::Path, time::Duration};

/// A run is told to stop so long before its job's limit.
const BEFORE: Duration = Duration::from_secs(120);

/// What both scripts need to know.
pub(super) struct Place<'a> {
    /// The experiment.
    pub(super) name: &'a str,
    /// The submission's folder.
    pub(super) folder: &'a Path,
    /// Where the command was given: paths start there.
    pub(super) from: &'a Path,
    pub(super) program: &'a Path,
}

/// The script of the elements; its argument is the array.
pub(super) fn task(place: &Place<'_>, slurm: &Slurm) -> String {
    let mut text = head(place, "%A_%a");
    let before = slurm.limit().map_or(BEFORE, |limit| BEFORE.min(limit / 4)).as_secs().max(1);
    let _ = write!(
        text,
        "#SBATCH --requeue\n#SBATCH --signal=TERM@{before}\n#SBATCH --ntasks=1\n#SBATCH --cpus-per-task={}\n",
        slurm.cpus.unwrap_or(1)
    );
    for (name, value) in [
        ("partition", &slurm.partition),
        ("account", &slurm.account),
        ("qos", &slurm.qos),
        ("time", &slurm.time),
        ("mem", &slurm.mem),
        ("gres", &slurm.gres),
        ("constraint", &slurm.constraint),
        ("exclude", &slurm.exclude),
    ] {
        value.iter().for_each(|value| _ = writeln!(text, "#SBATCH --{name}={value}"));
    }
    for option in &slurm.sbatch {
        let _ = writeln!(text, "#SBATCH --{}", option.trim_start_matches('-'));
    }
    let _ = write!(
        text,
        "\n# One job: the runs that its line of plan.tsv names. Given: the array.\n{}\
         status=0\n\
         srun --unbuffered --cpus-per-task=\"$SLURM_CPUS_PER_TASK\" \\\n    {} work {} \"$1\" \"$SLURM_ARRAY_TASK_ID\" || status=$?\n\
         if [ \"$status\" = 75 ]; then # told to stop: it goes on where it is\n    \
         scontrol requeue \"${{SLURM_ARRAY_JOB_ID}}_${{SLURM_ARRAY_TASK_ID}}\"\nfi\n\
         exit \"$status\"\n",
        start(place, slurm),
        quoted(place.program),
        quoted(place.folder),
    );
    text
}

/// The script of the report.
pub(super) fn report(place: &Place<'_>, slurm: &Slurm) -> String {
    let mut text = head(place, "report-%j");
    text.push_str("#SBATCH --ntasks=1\n#SBATCH --cpus-per-task=1\n");
    for (name, value) in [("partition", &slurm.partition), ("account", &slurm.account), ("qos", &slurm.qos)] {
        value.iter().for_each(|value| _ = writeln!(text, "#SBATCH --{name}={value}"));
    }
    let _ = write!(
        text,
        "\n# The report over all runs, also where some failed.\n{}exec {} work {} report\n",
        start(place, slurm),
        quoted(place.program),
        quoted(place.folder)
    );
    text
}

fn head(place: &Place<'_>, log: &str) -> String {
    let log = place.folder.join("logs").join(format!("{log}.log"));
    format!(
        "#!/bin/bash\n# {}, written by corrkd.\n#SBATCH --output={}\n#SBATCH --open-mode=append\n\
         #SBATCH --kill-on-invalid-dep=yes\n",
        place.name,
        escaped(&log)
    )
}

fn start(place: &Place<'_>, slurm: &Slurm) -> String {
    let setup: String = slurm.setup.iter().map(|line| format!("{line}\n")).collect();
    format!("cd {} || exit 1\n{setup}", quoted(place.from))
}

/// A path as a word of the shell.
fn quoted(path: &Path) -> String {
    format!("'{}'", path.display().to_string().replace('\'', "'\\''"))
}

/// A path as the value of an option in a script: Slurm's own marks in it are none.
fn escaped(path: &Path) -> String {
    let path = path.display().to_string();
    // The log's own name is ours.
    match path.rsplit_once('/') {
        Some((folder, name)) => format!("\"{}/{name}\"", folder.replace('%', "%%")),
        None => path,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_can_read_them() {
        let place = Place {
            name: "table3",
            folder: Path::new("/disk/it's/runs/slurm/table3-1"),
            from: Path::new("/disk/it's"),
            program: Path::new("/opt/corrkd"),
        };
        let slurm = Slurm {
            partition: Some("gpu".to_owned()),
            time: Some("4:00".to_owned()),
            gres: Some("gpu:1".to_owned()),
            setup: vec!["module load cuda".to_owned()],
            sbatch: vec!["--nice=5".to_owned()],
            ..Slurm::default()
        };
        let text = task(&place, &slurm);
        assert_eq!(
            text,
            "#!/bin/bash\n\
             # table3, written by corrkd.\n\
             #SBATCH --output=\"/disk/it's/runs/slurm/table3-1/logs/%A_%a.log\"\n\
             #SBATCH --open-mode=append\n\
             #SBATCH --kill-on-invalid-dep=yes\n\
             #SBATCH --requeue\n\
             #SBATCH --signal=TERM@60\n\
             #SBATCH --ntasks=1\n\
             #SBATCH --cpus-per-task=1\n\
             #SBATCH --partition=gpu\n\
             #SBATCH --time=4:00\n\
             #SBATCH --gres=gpu:1\n\
             #SBATCH --nice=5\n\
             \n\
             # One job: the runs that its line of plan.tsv names. Given: the array.\n\
             cd '/disk/it'\\''s' || exit 1\n\
             module load cuda\n\
             status=0\n\
             srun --unbuffered --cpus-per-task=\"$SLURM_CPUS_PER_TASK\" \\\n    \
             '/opt/corrkd' work '/disk/it'\\''s/runs/slurm/table3-1' \"$1\" \"$SLURM_ARRAY_TASK_ID\" || status=$?\n\
             if [ \"$status\" = 75 ]; then # told to stop: it goes on where it is\n    \
             scontrol requeue \"${SLURM_ARRAY_JOB_ID}_${SLURM_ARRAY_TASK_ID}\"\n\
             fi\n\
             exit \"$status\"\n"
        );
        // The report computes nothing that a graphics processor would be taken for.
        let text = report(&place, &slurm);
        assert!(text.contains("--partition=gpu") && !text.contains("gres") && text.ends_with(" report\n"), "{text}");
    }
}
