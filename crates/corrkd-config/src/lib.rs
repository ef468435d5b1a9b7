//! The field's vocabulary, the experiment file and its expansion into a plan of runs
