//! The teacher's and student's network and the statistics network
