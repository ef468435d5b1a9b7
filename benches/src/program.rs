//! A Criterion program with settings under which all benchmarks take a few minutes: the slowest step takes two seconds.

/// The program of a file's benchmark functions.
#[macro_export]
macro_rules! benchmarks {
    ($($function:path),+) => {
        criterion::criterion_group! {
            name = benches;
            config = criterion::Criterion::default()
                .sample_size(10)
                .warm_up_time(std::time::Duration::from_millis(500))
                .measurement_time(std::time::Duration::from_secs(1));
            targets = $($function),+
        }
        criterion::criterion_main!(benches);
    };
}
