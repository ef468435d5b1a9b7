//! Each loss of N samples and two categories, forward and backward.

use candle_core::{DType, Device, Tensor, Var};
use corrkd_benches::{FORMS, Shape, benchmarks};
use corrkd_losses::{Contrast, Distance, Push, cpd, kl, rcd, scd};
use corrkd_methods::corrkd::StatisticsNetwork;
use corrkd_nn::{Params, cross_entropy, softmax};
use criterion::{BenchmarkId, Criterion, Throughput};

fn losses(c: &mut Criterion) {
    let mut group = c.benchmark_group("losses");
    for shape in [Shape::SMALL, Shape::WORDS] {
        let (categories, targets) = (shape.categories(), shape.targets().expect("targets"));
        let of_teacher = |width| shape.rows("teacher", width).expect("numbers");
        let of_student = |width| Var::from_tensor(&shape.rows("student", width).expect("numbers")).expect("a variable");
        let width = 3 * shape.size().width;
        let (ht, hs, lt, ls) = (of_teacher(width), of_student(width), of_teacher(2), of_student(2));
        group.throughput(Throughput::Elements(shape.batch as u64));
        let mut bench = |name: &str, loss: &dyn Fn() -> candle_core::Result<Tensor>| {
            let id = BenchmarkId::new(name, format!("N{}", shape.batch));
            group.bench_function(id, |b| b.iter(|| loss()?.backward()));
        };
        bench("cross entropy", &|| cross_entropy(&ls, &targets));
        bench("kl", &|| kl(&ls, &lt));
        bench("cpd", &|| Ok(cpd(&hs, &ht, &categories, None)?.value));
        for (form, kernels) in FORMS {
            let how = Contrast { margin: 1.2, distance: Distance::Unit, push: Push::Mean };
            bench(&format!("scd {form}"), &|| Ok(scd(&hs, &ht, how, kernels)?.value));
            let mut params = Params::new(1, DType::F32, &Device::Cpu).with(kernels);
            let critics = ["target", "others"]
                .map(|part| StatisticsNetwork::new(params.root().sub(part), 1, 64).expect("a network"));
            bench(&format!("rcd {form}"), &|| {
                let [target, others] = &critics;
                let (rs, rt) = (softmax(&ls)?, softmax(&lt)?);
                Ok(rcd(&rs, &rt, &categories, |x, y| target.forward(x, y), |x, y| others.forward(x, y))?.value)
            });
        }
    }
    group.finish();
}

benchmarks!(losses);
