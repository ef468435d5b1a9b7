//! What must hold for any batch: no loss is negative, a student that is its teacher loses nothing, the order of the
//! samples and the names of the categories do not matter.

use candle_core::{Device, Result, Tensor, Var};
use corrkd_losses::{Contrast, Decoupled, Distance, Loss, Push, cpd, dkd, jensen_shannon, kl, rcd, scd};
use corrkd_nn::gradcheck::normal;
use corrkd_nn::{Kernels, cross_entropy, read_with, softmax};
use corrkd_random::Stream;
use proptest::prelude::*;

fn number(x: &Tensor) -> f64 {
    x.to_scalar::<f64>().unwrap()
}

/// Rows, or columns, of a tensor in another order.
fn reordered(x: &Tensor, order: &[usize], axis: usize) -> Tensor {
    let order: Vec<u32> = order.iter().map(|&i| i as u32).collect();
    x.index_select(&Tensor::new(order, &Device::Cpu).unwrap(), axis).unwrap()
}

/// A batch of N samples: representations (N, D) and logits (N, K) of student and teacher, and the categories.
#[derive(Clone, Debug)]
struct Case {
    student: Tensor,
    teacher: Tensor,
    student_logits: Tensor,
    teacher_logits: Tensor,
    categories: Vec<usize>,
    count: usize,
    margin: f64,
}

impl Case {
    fn of(seed: u64, samples: usize, count: usize, margin: f64) -> Self {
        let stream = Stream::new(seed, "case");
        let draw = |i: u64, width: usize| normal(stream.bits(i), &[samples, width]).unwrap();
        // Logits of every size, from undecided to certain.
        let size = 30f64.powf(stream.uniform(4) * 2.0 - 1.0);
        Self {
            student: draw(0, 5),
            teacher: draw(1, 5),
            student_logits: (draw(2, count) * size).unwrap(),
            teacher_logits: (draw(3, count) * size).unwrap(),
            categories: (0..samples as u64).map(|i| stream.named("category").below(i, count)).collect(),
            count,
            margin,
        }
    }

    /// Every loss by name, of these representations and logits of the student.
    fn losses(&self, student: &Tensor, logits: &Tensor) -> Result<Vec<(&'static str, Loss)>> {
        let targets: Vec<u32> = self.categories.iter().map(|&k| k as u32).collect();
        let (rs, rt) = (softmax(logits)?, softmax(&self.teacher_logits)?);
        // A critic that does not care in which order the non-target responses stand (see RCD's documentation).
        let size = |x: &Tensor| x.sqr()?.sum_keepdim(1);
        let critic = |x: &Tensor, y: &Tensor| size(x)?.matmul(&size(y)?.t()?)?.affine(4.0, -1.0);
        let of_teacher = &self.teacher;
        let whole = |value| Loss { value, parts: Vec::new() };
        let scd = |distance, push| {
            scd(student, of_teacher, Contrast { margin: self.margin, distance, push }, Kernels::Composed)
        };
        Ok(vec![
            ("task", whole(cross_entropy(logits, &Tensor::new(targets, &Device::Cpu)?)?)),
            ("scd", scd(Distance::Euclidean, Push::Mean)?),
            ("scd, summed", scd(Distance::Euclidean, Push::Sum)?),
            ("scd, root mean square", scd(Distance::RootMeanSquare, Push::Sum)?),
            ("scd, unit", scd(Distance::Unit, Push::Mean)?),
            ("cpd", cpd(student, of_teacher, &self.categories, None)?),
            ("cpd, absent counted", cpd(student, of_teacher, &self.categories, Some(self.count))?),
            ("rcd", rcd(&rs, &rt, &self.categories, critic, critic)?),
            ("kl", whole(kl(logits, &self.teacher_logits)?)),
            (
                "dkd",
                dkd(
                    logits,
                    &self.teacher_logits,
                    &self.categories,
                    Decoupled { alpha: 1.0, beta: 8.0, temperature: 4.0 },
                )?,
            ),
        ])
    }

    /// Each loss with its gradients with respect to the student's representations and logits.
    fn worked_out(&self) -> Vec<(&'static str, f64, [Option<Tensor>; 2])> {
        let student = Var::from_tensor(&self.student).unwrap();
        let logits = Var::from_tensor(&self.student_logits).unwrap();
        let losses = self.losses(student.as_tensor(), logits.as_tensor()).unwrap();
        let each = losses.into_iter().map(|(name, loss)| {
            let gradients = loss.value.backward().unwrap();
            (name, number(&loss.value), [&student, &logits].map(|var| gradients.get(var.as_tensor()).cloned()))
        });
        each.collect()
    }
}

fn cases() -> impl Strategy<Value = Case> {
    (any::<u64>(), 1usize..7, 2usize..8, 0.1f64..6.0).prop_map(|(seed, n, k, margin)| Case::of(seed, n, k, margin))
}

/// Whether two losses and their gradients are the same numbers but for rounding, the second's put in the first's order.
fn same(case: &Case, other: &Case, back: impl Fn(usize, &Tensor) -> Tensor) -> std::result::Result<(), TestCaseError> {
    for ((name, value, gradients), (_, again, others)) in case.worked_out().into_iter().zip(other.worked_out()) {
        prop_assert!((value - again).abs() <= 1e-10 * value.abs().max(1.0), "{name}: {value} and {again}");
        for (which, (gradient, other)) in gradients.iter().zip(&others).enumerate() {
            prop_assert_eq!(gradient.is_some(), other.is_some(), "{}", name);
            let (Some(gradient), Some(other)) = (gradient, other) else { continue };
            let difference = (gradient - back(which, other)).unwrap().abs().unwrap().flatten_all().unwrap();
            let scale = number(&gradient.abs().unwrap().flatten_all().unwrap().max(0).unwrap()).max(1.0);
            let worst = number(&difference.max(0).unwrap());
            prop_assert!(worst <= 1e-10 * scale, "{name}: gradients differ by {worst}");
        }
    }
    Ok(())
}

proptest! {
    #[test]
    fn no_loss_is_negative(case in cases()) {
        for (name, value, gradients) in case.worked_out() {
            // A divergence of two certain responses is a sum of roundings of either sign.
            prop_assert!(value >= -1e-12, "{} is {}", name, value);
            for gradient in gradients.iter().flatten() {
                let sum = number(&gradient.abs().unwrap().sum_all().unwrap());
                prop_assert!(sum.is_finite(), "{} has a gradient of {}", name, sum);
            }
        }
    }

    /// The bound on mutual information is below zero by its form, and above -2 softplus of the largest score.
    #[test]
    fn the_bound_has_bounds(seed: u64, samples in 1usize..7, size in 0.01f64..100.0) {
        let scores = (normal(seed, &[samples, samples]).unwrap() * size).unwrap();
        let largest = number(&scores.abs().unwrap().flatten_all().unwrap().max(0).unwrap());
        let bound = number(&jensen_shannon(&scores).unwrap());
        prop_assert!(bound <= 0.0 && bound >= -2.0 * (largest + 2f64.ln()), "{}", bound);
    }

    /// KL = TCKD + (1 - the teacher's target response) NCKD, sample by sample: what the two parts are parts of.
    #[test]
    fn dkd_takes_kl_apart(case in cases()) {
        for (i, &category) in case.categories.iter().enumerate() {
            let [student, teacher] = [&case.student_logits, &case.teacher_logits].map(|x| x.narrow(0, i, 1).unwrap());
            let others = 1.0 - softmax(&teacher).unwrap().to_vec2::<f64>().unwrap()[0][category];
            let how = Decoupled { alpha: 1.0, beta: others, temperature: 1.0 };
            let parts = number(&dkd(&student, &teacher, &[category], how).unwrap().value);
            let whole = number(&kl(&student, &teacher).unwrap());
            // The others' share is known to 1e-16, and NCKD is less than 1e3 for such logits.
            prop_assert!((parts - whole).abs() <= 1e-12 * whole.max(1.0), "{parts} and {whole}");
        }
    }

    /// What a loss tells of its parts adds up to it, and a margin pushes exactly the pairs that are within it.
    #[test]
    fn parts_are_parts_of_the_loss(case in cases()) {
        for (name, loss) in case.losses(&case.student, &case.student_logits).unwrap() {
            let value = number(&loss.value);
            let parts = read_with(&[], &loss.parts).unwrap().1;
            let part = |name: &str| parts.iter().find(|(part, _)| *part == name).map(|(_, value)| *value);
            if let Some(push) = part("scd.push") {
                let (within, nearest) = (part("scd.within").unwrap(), part("scd.nearest").unwrap());
                prop_assert_eq!(within > 0.0, push > 0.0, "{}", name);
                prop_assert_eq!(within > 0.0, nearest < case.margin, "{}", name);
            }
            let sum: f64 = match name {
                name if name.starts_with("scd") => part("scd.pull").unwrap() + part("scd.push").unwrap_or(0.0),
                "dkd" => part("dkd.target").unwrap() + part("dkd.others").unwrap(),
                "rcd" if case.categories.len() > 1 => -(part("rcd.target").unwrap() + part("rcd.others").unwrap()),
                _ => continue,
            };
            prop_assert!((sum - value).abs() <= 1e-12 * value.abs().max(1.0), "{name}: {sum} and {value}");
        }
    }

    /// A representation's length says nothing by unit vectors, nor does a repetition of its numbers by root mean squares.
    #[test]
    fn what_distances_do_not_see(case in cases(), size in 0.5f64..50.0) {
        let of = |distance, student: &Tensor, teacher: &Tensor| {
            let how = Contrast { margin: case.margin, distance, push: Push::Mean };
            number(&scd(student, teacher, how, Kernels::Composed).unwrap().value)
        };
        let (s, t) = (&case.student, &case.teacher);
        let twice = |x: &Tensor| Tensor::cat(&[x, x], 1).unwrap();
        for (one, other) in [
            (of(Distance::Unit, s, t), of(Distance::Unit, &(s * size).unwrap(), t)),
            (of(Distance::RootMeanSquare, s, t), of(Distance::RootMeanSquare, &twice(s), &twice(t))),
        ] {
            prop_assert!((one - other).abs() <= 1e-9 * one.max(1.0), "{one} and {other}");
        }
    }

    #[test]
    fn a_student_that_is_the_teacher_loses_nothing(case in cases()) {
        let same = Case { student: case.teacher.clone(), student_logits: case.teacher_logits.clone(), ..case };
        // A margin below every distance leaves the pull alone.
        let same = Case { margin: 1e-9, ..same };
        for (name, value, gradients) in same.worked_out() {
            // The labels' loss and the bound on mutual information are not about being equal.
            if ["task", "rcd"].contains(&name) {
                continue;
            }
            prop_assert_eq!(value, 0.0, "{}", name);
            for gradient in gradients.iter().flatten() {
                // KL's is softmax minus softmax, worked out in two ways; DKD's is that by beta T, which is 32.
                prop_assert!(number(&gradient.abs().unwrap().sum_all().unwrap()) < 32e-14, "{}", name);
            }
        }
    }

    #[test]
    fn the_order_of_samples_does_not_matter(case in cases(), seed: u64) {
        let order = Stream::new(seed, "order").permutation(case.categories.len());
        let other = Case {
            student: reordered(&case.student, &order, 0),
            teacher: reordered(&case.teacher, &order, 0),
            student_logits: reordered(&case.student_logits, &order, 0),
            teacher_logits: reordered(&case.teacher_logits, &order, 0),
            categories: order.iter().map(|&i| case.categories[i]).collect(),
            ..case
        };
        let mut back: Vec<usize> = (0..order.len()).collect();
        back.sort_by_key(|&i| order[i]);
        same(&case, &other, |_, gradient| reordered(gradient, &back, 0))?;
    }

    #[test]
    fn the_names_of_categories_do_not_matter(case in cases(), seed: u64) {
        // Category k of the one is category name[k] of the other.
        let name = Stream::new(seed, "names").permutation(case.count);
        let mut back: Vec<usize> = (0..case.count).collect();
        back.sort_by_key(|&k| name[k]);
        let other = Case {
            student: case.student.clone(),
            teacher: case.teacher.clone(),
            student_logits: reordered(&case.student_logits, &back, 1),
            teacher_logits: reordered(&case.teacher_logits, &back, 1),
            categories: case.categories.iter().map(|&k| name[k]).collect(),
            ..case
        };
        let of_logits = 1;
        same(&case, &other, |which, gradient| match which == of_logits {
            true => reordered(gradient, &name, 1),
            false => gradient.clone(),
        })?;
    }
}
