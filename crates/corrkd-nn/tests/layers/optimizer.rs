//! What the optimizer's state is worth, and what it refuses; it is held to PyTorch's in `pytorch/optimizer.rs`.

use candle_core::{DType, Device, Tensor};
use corrkd_nn::{
    Clip, Gradients, Group, Init, Kernels, NnError, Optimizer, OptimizerSettings, PairScores, Params, Schedule, Tail,
};

fn numbers(x: &Tensor) -> Vec<f64> {
    x.to_dtype(DType::F64).unwrap().flatten_all().unwrap().to_vec1().unwrap()
}

/// A loss that is not a number is no better than the best, and does not become it.
#[test]
fn a_plateau_waits_through_losses_that_are_not_numbers() {
    let params = ones(&["w"]);
    let plateau = Schedule::Plateau { factor: 0.5, patience: 1 };
    let mut optimizer = Optimizer::new(&params, &OptimizerSettings { schedule: plateau, ..plain() }).unwrap();
    let rates = [f64::NAN, 1.0, f64::NAN, f64::INFINITY, 0.9].map(|loss| {
        optimizer.schedule(1, loss);
        optimizer.note().rates[0]
    });
    assert_eq!(rates, [0.1, 0.1, 0.1, 0.05, 0.05]);
    assert_eq!(optimizer.note().best, Some(0.9));
}

/// Parameters of two numbers, all one.
fn ones(names: &[&str]) -> Params {
    let mut params = Params::new(0, DType::F64, &Device::Cpu);
    for name in names {
        params.root().get(name, &[2], Init::Ones).unwrap();
    }
    params
}

fn plain() -> OptimizerSettings {
    OptimizerSettings::plain(0.1, Clip::None)
}

fn groups(prefixes: &[&str]) -> OptimizerSettings {
    let group = |&prefix: &&str| Group { prefix: prefix.to_owned(), learning_rate: 0.1, weight_decay: 0.0 };
    OptimizerSettings { groups: prefixes.iter().map(group).collect(), ..plain() }
}

/// The gradients of `factor` times the sum of these parameters' squares.
fn squares(params: &Params, names: &[&str], factor: f64) -> Gradients {
    let named = params.iter().filter(|(name, _)| names.contains(name));
    let sum = named.map(|(_, var)| var.sqr().unwrap().sum_all().unwrap()).reduce(|a, b| (a + b).unwrap());
    Gradients::of(params, &mut (sum.unwrap() * factor).unwrap().backward().unwrap())
}

fn values(params: &Params) -> Vec<f64> {
    params.values().unwrap().values().flat_map(numbers).collect()
}

fn refused(params: &Params, settings: &OptimizerSettings) -> String {
    Optimizer::new(params, settings).err().unwrap().to_string()
}

#[test]
fn a_parameter_without_gradient_in_the_first_step_is_named() {
    let params = ones(&["b.bias", "b.weight", "c", "d"]);
    let mut optimizer = Optimizer::new(&params, &plain()).unwrap();
    let error = optimizer.descend(&params, squares(&params, &["b.weight", "d"], 1.0)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "no gradient reaches `b.bias`, `c`: leave out of the network what no loss depends on, or give its loss a weight"
    );
    assert!(matches!(error, NnError::NoGradient { names } if names == ["b.bias", "c"]));
    assert_eq!((optimizer.steps(), values(&params)), (0, vec![1.0; 8]));

    // All have one in the first step; in later ones some may have none, and stay.
    optimizer.descend(&params, squares(&params, &["b.bias", "b.weight", "c", "d"], 1.0)).unwrap();
    let before = values(&params);
    optimizer.descend(&params, squares(&params, &["d"], 1.0)).unwrap();
    let after = values(&params);
    assert!(before[..6] == after[..6] && before[6..] != after[6..]);
}

/// The step's gradient is the sum: one micro-batch may reach what another does not.
#[test]
fn micro_batches_reach_all_parameters_together() {
    let params = ones(&["a", "b"]);
    let mut optimizer = Optimizer::new(&params, &OptimizerSettings { accumulate: 2, ..plain() }).unwrap();
    assert_eq!(optimizer.descend(&params, squares(&params, &["a"], 1.0)).unwrap(), None);
    assert_eq!(optimizer.descend(&params, squares(&params, &["b"], 1.0)).unwrap(), Some(4.0));
    assert_eq!(optimizer.steps(), 1);
}

#[test]
fn a_micro_batch_that_is_not_finite_is_as_if_it_had_not_been() {
    let settings = OptimizerSettings { accumulate: 2, ..plain() };
    let [with, without] = [true, false].map(|bad| {
        let params = ones(&["a"]);
        let mut optimizer = Optimizer::new(&params, &settings).unwrap();
        assert_eq!(optimizer.descend(&params, squares(&params, &["a"], 1.0)).unwrap(), None);
        if bad {
            let norm = optimizer.descend(&params, squares(&params, &["a"], f64::INFINITY)).unwrap();
            assert!(!norm.unwrap().is_finite());
            assert_eq!((optimizer.steps(), values(&params)), (0, vec![1.0; 2]));
        }
        let norm = optimizer.descend(&params, squares(&params, &["a"], 0.5)).unwrap();
        (norm, optimizer.steps(), values(&params))
    });
    assert_eq!(with, without);
    assert_eq!(with.0, Some(18f64.sqrt()));
}

#[test]
fn a_tail_is_stepped_on_or_dropped() {
    for (tail, norm) in [(Tail::Step, Some(8f64.sqrt())), (Tail::Drop, None)] {
        let params = ones(&["a"]);
        let settings = OptimizerSettings { accumulate: 2, tail, ..plain() };
        let mut optimizer = Optimizer::new(&params, &settings).unwrap();
        let start = params.values().unwrap();
        for _ in 0..2 {
            optimizer.descend(&params, squares(&params, &["a"], 1.0)).unwrap();
        }
        assert_eq!(optimizer.end_epoch(&params).unwrap(), None, "nothing waits");
        params.load(&start).unwrap();
        assert_eq!(optimizer.descend(&params, squares(&params, &["a"], 1.0)).unwrap(), None);
        assert_eq!(optimizer.end_epoch(&params).unwrap(), norm);
        assert_eq!(optimizer.steps(), 1 + usize::from(norm.is_some()));
        assert_eq!(values(&params) == [1.0; 2], norm.is_none());
        assert_eq!(optimizer.end_epoch(&params).unwrap(), None, "nothing waits");
    }
}

#[test]
fn an_epoch_too_short_for_a_step_is_an_error_where_the_tail_is_dropped() {
    let params = ones(&["a"]);
    let settings = OptimizerSettings { accumulate: 10, tail: Tail::Drop, ..plain() };
    let mut optimizer = Optimizer::new(&params, &settings).unwrap();
    optimizer.descend(&params, squares(&params, &["a"], 1.0)).unwrap();
    assert_eq!(
        optimizer.end_epoch(&params).unwrap_err().to_string(),
        "no step in an epoch of 1 micro-batches: one takes 10, and fewer are dropped"
    );
}

/// The longest prefix wins, wherever it stands, and a prefix ends where a name does.
#[test]
fn a_parameter_steps_at_its_groups_rate() {
    let names = ["text", "text.deep.bias", "text.weight", "texts"];
    let params = ones(&names);
    let group =
        |(prefix, learning_rate): (&str, f64)| Group { prefix: prefix.to_owned(), learning_rate, weight_decay: 0.0 };
    let groups = [("text.deep", 0.3), ("", 0.1), ("text", 0.2)].map(group).to_vec();
    let mut optimizer = Optimizer::new(&params, &OptimizerSettings { groups, ..plain() }).unwrap();
    optimizer.descend(&params, squares(&params, &names, 1.0)).unwrap();
    // The first step is as long as the rate.
    let moved = params.values().unwrap().into_iter().map(|(name, x)| (name, 1.0 - numbers(&x)[0]));
    for ((name, moved), (expected, rate)) in moved.zip(names.into_iter().zip([0.2, 0.3, 0.2, 0.1])) {
        assert!(name == expected && (moved - rate).abs() < 1e-8, "{name} moved by {moved}");
    }
}

#[test]
fn groups_that_do_not_fit_the_network_are_named() {
    let params = ones(&["audio.weight", "text.bias", "text.weight"]);
    assert_eq!(
        refused(&params, &groups(&["", "tex"])),
        "the optimizer's group `tex`: it takes no parameter; the network's parts are audio, text"
    );
    assert_eq!(refused(&params, &groups(&["text", "", "text"])), "the optimizer's group `text`: it is there twice");
    assert_eq!(
        refused(&params, &groups(&["text.weight", "audio"])),
        "no group of the optimizer takes `text.bias`: add one with an empty prefix, which takes all others"
    );
    assert!(refused(&params, &groups(&[])).contains("`audio.weight`, `text.bias`, `text.weight`"));
    assert!(Optimizer::new(&params, &groups(&["text", "audio"])).is_ok());
}

/// A packed layer is one variable: its gradient is one, and so is its group.
#[test]
fn a_packed_layer_is_in_one_group() {
    let build = |kernels| {
        let mut params = Params::new(0, DType::F32, &Device::Cpu).with(kernels);
        PairScores::new(params.root().sub("scores"), 2, 3).unwrap();
        params
    };
    let (fused, composed) = (build(Kernels::Fused), build(Kernels::Composed));
    assert!(Optimizer::new(&fused, &groups(&["scores"])).is_ok());
    assert!(Optimizer::new(&composed, &groups(&["scores.first", ""])).is_ok());
    assert_eq!(
        refused(&fused, &groups(&["scores.first", ""])),
        "the optimizer's group `scores.first`: its parameters are a part of `scores`, which can only be in a group as a \
         whole"
    );
    assert!(refused(&fused, &groups(&[])).contains("`scores.first.bias`, `scores.first.weight`"));
    let empty = Gradients::of(&fused, &mut Tensor::new(1f32, &Device::Cpu).unwrap().backward().unwrap());
    let error = Optimizer::new(&fused, &plain()).unwrap().descend(&fused, empty).unwrap_err();
    assert!(error.to_string().contains("`scores.first.bias`, `scores.first.weight`"), "{error}");
}

#[test]
fn settings_out_of_range_are_named() {
    let params = ones(&["a"]);
    let with = |change: fn(&mut OptimizerSettings)| {
        let mut settings = plain();
        change(&mut settings);
        refused(&params, &settings)
    };
    assert_eq!(with(|s| s.accumulate = 0), "the optimizer: `accumulate` is 0, expected at least 1");
    for (message, key) in [
        (with(|s| s.groups[0].learning_rate = f64::NAN), "groups.\"\".learning_rate"),
        (with(|s| s.groups[0].weight_decay = -1.0), "groups.\"\".weight_decay"),
        (with(|s| s.clip = Clip::Norm(0.0)), "clip.norm"),
        (with(|s| s.clip = Clip::Value(f64::INFINITY)), "clip.value"),
        (with(|s| s.schedule = Schedule::Step { every: 0, factor: 0.1 }), "schedule.step.every"),
        (with(|s| s.schedule = Schedule::Step { every: 1, factor: -0.1 }), "schedule.step.factor"),
        (with(|s| s.schedule = Schedule::Plateau { factor: 1.0, patience: 1 }), "schedule.plateau.factor"),
    ] {
        assert!(message.starts_with(&format!("the optimizer: `{key}` is ")), "{message}");
    }
}

#[test]
fn the_state_of_another_optimizer_is_refused() {
    let params = ones(&["a", "b"]);
    let one = Optimizer::new(&params, &plain()).unwrap();
    let mut two = Optimizer::new(&params, &groups(&["a", "b"])).unwrap();
    assert_eq!(
        two.restore(&one.state().unwrap(), &one.note()).unwrap_err().to_string(),
        "the optimizer's state has the rates of 1 groups, expected 2"
    );
    let other = Optimizer::new(&ones(&["a"]), &groups(&["a"])).unwrap();
    let error = two.restore(&other.state().unwrap(), &two.note()).unwrap_err();
    assert_eq!(error.to_string(), "tensor `m.b` is absent, expected shape [2]");
}
