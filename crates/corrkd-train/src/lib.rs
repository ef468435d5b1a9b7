//! The paper's algorithm: teacher, student, evaluation, checkpoints
