//! Tables and curves over run records
