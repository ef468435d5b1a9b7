//! An experiment as the list of runs that answer it.

use crate::{Experiment, Settings, Task, TeacherSettings, Training};
use serde::{Deserialize, Serialize};

/// What a run does, with all the settings it depends on and no others.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "role", rename_all = "lowercase")]
pub enum Job {
    /// Train a teacher on complete samples.
    Teacher {
        /// What it depends on.
        settings: TeacherSettings,
    },
    /// Train a student of a finished teacher.
    Student {
        /// What it depends on.
        settings: Settings,
    },
}

impl Job {
    /// `teacher` or `student`.
    #[must_use]
    pub const fn role(&self) -> &'static str {
        match self {
            Self::Teacher { .. } => "teacher",
            Self::Student { .. } => "student",
        }
    }

    /// What it predicts.
    #[must_use]
    pub const fn task(&self) -> Task {
        match self {
            Self::Teacher { settings } => settings.task,
            Self::Student { settings } => settings.task,
        }
    }

    /// How it trains.
    #[must_use]
    pub const fn training(&self) -> &Training {
        match self {
            Self::Teacher { settings } => &settings.teacher,
            Self::Student { settings } => &settings.student,
        }
    }
}

/// A run to be had.
#[derive(Clone, Debug, PartialEq)]
pub struct PlannedRun {
    /// The table's row, or none for a teacher.
    pub row: Option<String>,
    /// The seed.
    pub seed: u64,
    /// The work.
    pub job: Job,
    /// For a student, the index of its teacher in the plan.
    pub teacher: Option<usize>,
}

/// All runs of an experiment, teachers before their students.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// The runs.
    pub runs: Vec<PlannedRun>,
}

impl Plan {
    /// Expands an experiment: for each seed the teachers its rows need, then its rows.
    #[must_use]
    pub fn of(experiment: &Experiment) -> Self {
        let mut runs: Vec<PlannedRun> = Vec::new();
        for &seed in &experiment.seeds {
            for row in &experiment.rows {
                let job = Job::Teacher { settings: row.settings.for_teacher() };
                let teacher = runs.iter().position(|run| run.seed == seed && run.job == job).unwrap_or_else(|| {
                    runs.push(PlannedRun { row: None, seed, job, teacher: None });
                    runs.len() - 1
                });
                let job = Job::Student { settings: row.settings.clone() };
                runs.push(PlannedRun { row: Some(row.name.clone()), seed, job, teacher: Some(teacher) });
            }
        }
        Self { runs }
    }
}
