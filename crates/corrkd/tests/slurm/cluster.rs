//! A Slurm of one node in a folder: its daemons, started here and ended with the test, nothing of the system's touched.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// One cluster at a time: two on one machine get in each other's way.
static ONE: Mutex<()> = Mutex::new(());

/// A cluster with one partition, `main`.
pub(crate) struct Cluster {
    folder: tempfile::TempDir,
    daemons: Vec<Child>,
    _alone: MutexGuard<'static, ()>,
}

/// Why there can be none, said where a test's reader sees it.
fn skipped(why: &str) -> Option<Cluster> {
    let _ = writeln!(std::io::stderr(), "skipped: {why}");
    None
}

impl Cluster {
    /// Starts one with some lines more in its configuration; none where this machine has no Slurm, or its daemons do not start.
    pub(crate) fn start(lines: &str) -> Option<Self> {
        let has = |program: &str| Command::new(program).arg("--version").output().is_ok();
        if !["munged", "slurmctld", "slurmd", "sbatch"].into_iter().all(has) {
            return skipped("no Slurm here (slurm-wlm, munge)");
        }
        // Of a test that failed there is nothing left.
        let alone = ONE.lock().unwrap_or_else(PoisonError::into_inner);
        let folder = tempfile::tempdir().unwrap();
        let mut cluster = Self { folder, daemons: Vec::new(), _alone: alone };
        if !cluster.starts(lines) {
            return skipped("Slurm's daemons do not start here; they need to be started by root");
        }
        Some(cluster)
    }

    fn starts(&mut self, lines: &str) -> bool {
        let at = |name: &str| self.folder.path().join(name);
        for name in ["ctld", "d"] {
            fs::create_dir(at(name)).unwrap();
        }
        let seed: Vec<u8> = (0..1024).map(|i| (i * 37 + i / 7) as u8).collect();
        fs::write(at("key"), seed).unwrap();
        let private = std::os::unix::fs::PermissionsExt::from_mode(0o400);
        fs::set_permissions(at("key"), private).unwrap();
        let open = std::os::unix::fs::PermissionsExt::from_mode(0o755);
        fs::set_permissions(self.folder.path(), open).unwrap();
        let munge = |option: &str, name: &str| format!("--{option}={}", at(name).display());
        let mut munged = Command::new("munged");
        munged.args(["--foreground", "--force", &munge("key-file", "key"), &munge("socket", "sock")]);
        munged.args([munge("pid-file", "munge.pid"), munge("log-file", "munge.log"), munge("seed-file", "munge.seed")]);
        let host = fs::read_to_string("/proc/sys/kernel/hostname").unwrap();
        let host = host.trim().split('.').next().unwrap_or_default().to_owned();
        let ports: Vec<u16> = (0..2).map(|_| free_port()).collect();
        let conf = format!(
            "ClusterName=test\nSlurmctldHost={host}(127.0.0.1)\nSlurmctldPort={}\nSlurmdPort={}\nSlurmUser=root\n\
             SlurmdUser=root\nAuthType=auth/munge\nAuthInfo=socket={sock}\nCredType=cred/munge\n\
             StateSaveLocation={ctld}\nSlurmdSpoolDir={d}\nSlurmctldPidFile={ctld}.pid\nSlurmdPidFile={d}.pid\n\
             SlurmctldLogFile={ctld}.log\nSlurmdLogFile={d}.log\nProctrackType=proctrack/linuxproc\n\
             TaskPlugin=task/none\nJobAcctGatherType=jobacct_gather/none\nAccountingStorageType=accounting_storage/none\n\
             SelectType=select/cons_tres\nSelectTypeParameters=CR_Core\nSchedulerType=sched/builtin\nMpiDefault=none\n\
             SwitchType=switch/none\nReturnToService=2\nInactiveLimit=0\nMinJobAge=300\nKillWait=5\n\
             SchedulerParameters=batch_sched_delay=0,sched_min_interval=0\n{lines}\n\
             SlurmdParameters=config_overrides\nNodeName={host} NodeAddr=127.0.0.1 CPUs=2 State=UNKNOWN\n\
             PartitionName=main Nodes={host} Default=YES MaxTime=INFINITE State=UP\n",
            ports[0],
            ports[1],
            sock = at("sock").display(),
            ctld = at("ctld").display(),
            d = at("d").display(),
        );
        fs::write(self.conf(), conf).unwrap();
        let conf = self.conf();
        let mut daemons = vec![munged];
        for name in ["slurmctld", "slurmd"] {
            let mut daemon = Command::new(name);
            daemon.args(["-D", "-f"]).arg(&conf).env("SLURM_CONF", &conf);
            daemons.push(daemon);
        }
        for mut daemon in daemons {
            let child = daemon.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
            let Ok(child) = child else { return false };
            self.daemons.push(child);
            std::thread::sleep(Duration::from_millis(300));
        }
        until(Duration::from_secs(30), || self.say("sinfo", &["-h", "-o", "%T"]).contains("idle"))
    }

    fn conf(&self) -> PathBuf {
        self.folder.path().join("slurm.conf")
    }

    /// A command that knows the cluster.
    pub(crate) fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(program);
        command.env("SLURM_CONF", self.conf()).env("HOME", self.folder.path()).env_remove("XDG_CONFIG_HOME");
        command
    }

    /// What one of Slurm's commands says.
    pub(crate) fn say(&self, program: &str, arguments: &[&str]) -> String {
        let output = self.command(program).args(arguments).output().unwrap();
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// The jobs that wait or run, a line each: `JOB_INDEX STATE NAME`.
    pub(crate) fn queue(&self) -> Vec<String> {
        self.say("squeue", &["-h", "-r", "-o", "%i %T %j"]).lines().map(|line| line.trim().to_owned()).collect()
    }

    /// Waits until nothing waits or runs any more. What was requeued would wait two minutes, and is hastened.
    pub(crate) fn drained(&self, patience: Duration) {
        let empty = || {
            self.hasten();
            self.queue().is_empty()
        };
        assert!(until(patience, empty), "{:#?}\n{}", self.queue(), self.log());
    }

    /// Has what was requeued start at once.
    pub(crate) fn hasten(&self) {
        for line in self.say("squeue", &["-h", "-r", "-o", "%i %r"]).lines() {
            if let Some(job) = line.trim().strip_suffix(" BeginTime") {
                // Its node may not have done with it yet.
                std::thread::sleep(Duration::from_secs(5));
                self.say("scontrol", &["update", &format!("JobId={job}"), "StartTime=now"]);
            }
        }
    }

    /// What the daemons wrote last, for a test that fails.
    fn log(&self) -> String {
        let log = fs::read_to_string(self.folder.path().join("ctld.log")).unwrap_or_default();
        let lines: Vec<&str> = log.lines().collect();
        lines[lines.len().saturating_sub(30)..].join("\n")
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let _ = self.command("scancel").args(["--user", "root"]).output();
        let _ = until(Duration::from_secs(10), || self.queue().is_empty());
        for daemon in self.daemons.iter_mut().rev() {
            let _ = daemon.kill();
            let _ = daemon.wait();
        }
    }
}

/// Whether it comes true in time.
pub(crate) fn until(patience: Duration, mut come: impl FnMut() -> bool) -> bool {
    let start = Instant::now();
    while start.elapsed() < patience {
        if come() {
            return true;
        }
        std::thread::sleep(Duration::from_millis(200));
    }
    come()
}

fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// A file of the folder.
pub(crate) fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
