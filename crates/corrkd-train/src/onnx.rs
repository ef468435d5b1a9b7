//! A finished run's network as an ONNX graph.
//!
//! Inputs, for each modality that the data set has: `language` (B, T, D), frames scaled as the run's training fold was, in
//! f32; `language_present` (B, T), true where a frame holds data and false where it is missing; `language_length` (B), the
//! number of its frames, behind which is padding. What missing frames and padding hold does not matter: they are zero to the
//! network, so that the condition in which the training mean stands in for what is missing cannot be asked of a graph. Where
//! all modalities have the same frames, T is the same. Outputs: `probabilities` (B, K) of categories or targets, `score` (B), `representation` (B, D), of these
//! what the network has.

use crate::{Finished, TrainError};
use corrkd_config::{LabelSpace, Modality, PerModality};
use corrkd_onnx::{Attribute, Axis, Graph, Kind, Value};

/// What a network sees of B samples in a graph, by modality: values (B, T, D), zero where nothing is there; which frames exist and
/// which hold data, (B, T) of ones and zeros.
pub struct Seen {
    /// Frames.
    pub features: PerModality<Value>,
    /// Those before a sequence's end.
    pub inside: PerModality<Value>,
    /// Those of them that hold data.
    pub present: PerModality<Value>,
}

/// What it says to them.
pub struct Told {
    /// Its answers.
    pub answers: GraphAnswers,
    /// What it makes of the samples, (B, D), where it has one such place.
    pub representation: Option<(Value, usize)>,
}

/// Answers in a graph, as [`Answers`](crate::Answers).
pub enum GraphAnswers {
    /// A logit for each category, (B, K).
    Categories(Value),
    /// A score, (B).
    Score(Value),
    /// A logit for each target, (B, N).
    Targets(Value),
}

impl Finished {
    /// The file, with what else there is to be known of the network as texts by key.
    ///
    /// # Errors
    /// [`TrainError::NoGraph`] for a method whose answers are not those of one network, or that has no graph yet.
    pub fn onnx(&self, about: &[(&str, &str)]) -> Result<Vec<u8>, TrainError> {
        let mut graph = Graph::new(self.result.id.as_str());
        let seen = self.seen(&mut graph);
        let told = self.method.graph(&self.result.spec.job, &self.context, &self.constants, &mut graph, &seen)?;
        output(&mut graph, &self.context.space, &told.answers);
        if let Some((representation, width)) = &told.representation {
            graph.output("representation", representation, Kind::F32, &[Axis::Named("batch"), Axis::Fixed(*width)]);
        }
        Ok(graph.bytes(about))
    }

    fn seen(&self, graph: &mut Graph) -> Seen {
        let context = &self.context;
        let aligned = self.preparation.recipe().time.is_aligned();
        let has = context.statistics.modalities();
        let given: Vec<(Modality, [Value; 3])> = Modality::ALL
            .into_iter()
            .filter(|&m| has.has(m))
            .map(|m| (m, given(graph, m, *context.widths.get(m), aligned)))
            .collect();
        // Of a modality that the data set does not have, frames of zeros stand beside the first one's, or one alone.
        let mut of = |m: Modality| match given.iter().find(|(other, _)| *other == m) {
            Some((_, values)) => values.clone(),
            None => absent(graph, &given[0].1[1], *context.widths.get(m), aligned),
        };
        let all = PerModality::from_fn(&mut of);
        Seen {
            features: all.map(|_, [x, ..]| x.clone()),
            inside: all.map(|_, [_, inside, _]| inside.clone()),
            present: all.map(|_, [.., present]| present.clone()),
        }
    }
}

/// The inputs of a modality: its frames, zero where nothing is there; which exist; which hold data.
fn given(graph: &mut Graph, m: Modality, width: usize, aligned: bool) -> [Value; 3] {
    let name = format!("{m}_time");
    let time = Axis::Named(if aligned { "time" } else { &name });
    let batch = Axis::Named("batch");
    let x = graph.input(m.name(), Kind::F32, &[batch, time, Axis::Fixed(width)]);
    let present = graph.input(&format!("{m}_present"), Kind::Bool, &[batch, time]);
    let length = graph.input(&format!("{m}_length"), Kind::I64, &[batch]);
    let shape = graph.op("Shape", &[&x], &[]);
    let (none, one, step) = (graph.integer(0), graph.integer(1), graph.integer(1));
    let frames = graph.op("Gather", &[&shape, &one], &[Attribute::Int("axis", 0)]);
    let places = graph.op("Range", &[&none, &frames, &step], &[]); // (T)
    let column = graph.integers(&[1]);
    let length = graph.op("Unsqueeze", &[&length, &column], &[]); // (B, 1)
    let inside = graph.op("Less", &[&places, &length], &[]); // (B, T)
    let there = graph.op("And", &[&inside, &present], &[]);
    let last = graph.integers(&[2]);
    let chosen = graph.op("Unsqueeze", &[&there, &last], &[]); // (B, T, 1)
    let zero = graph.constant(&[1], &[0.0]);
    let x = graph.op("Where", &[&chosen, &x, &zero], &[]);
    let mut ones = |value: &Value| graph.op("Cast", &[value], &[Attribute::Int("to", 1)]);
    [x, ones(&inside), ones(&there)]
}

/// Frames of zeros that stand for a modality beside one whose frames exist as `inside` says.
fn absent(graph: &mut Graph, inside: &Value, width: usize, aligned: bool) -> [Value; 3] {
    let (zero, one) = (graph.constant(&[1], &[0.0]), graph.constant(&[1], &[1.0]));
    let inside = match aligned {
        true => inside.clone(),
        false => {
            let first =
                graph.op("ReduceMax", &[inside], &[Attribute::Ints("axes", &[1]), Attribute::Int("keepdims", 1)]);
            let none = graph.op("Mul", &[&first, &zero], &[]);
            graph.op("Add", &[&none, &one], &[]) // (B, 1) of ones
        }
    };
    let present = graph.op("Mul", &[&inside, &zero], &[]);
    let last = graph.integers(&[2]);
    let frames = graph.op("Unsqueeze", &[&present, &last], &[]); // (B, T, 1)
    let copies = graph.integers(&[1, 1, width as i64]);
    let x = graph.op("Tile", &[&frames, &copies], &[]);
    [x, inside, present]
}

/// The answers as outputs.
fn output(graph: &mut Graph, space: &LabelSpace, answers: &GraphAnswers) {
    let batch = Axis::Named("batch");
    match answers {
        GraphAnswers::Categories(logits) => {
            let count = space.categories();
            let probabilities = graph.op("Softmax", &[logits], &[Attribute::Int("axis", -1)]);
            graph.output("probabilities", &probabilities, Kind::F32, &[batch, Axis::Fixed(count)]);
            // A score is a mean of the categories' values: that of a category alone is its value.
            let sure = |k: usize| (0..count).map(|other| f32::from(u8::from(other == k))).collect::<Vec<_>>();
            let values: Option<Vec<f32>> = (0..count).map(|k| space.score(&sure(k))).collect();
            if let Some(values) = values {
                let values = graph.constant(&[count, 1], &values);
                let last = graph.integers(&[1]);
                let score = graph.op("MatMul", &[&probabilities, &values], &[]);
                let score = graph.op("Squeeze", &[&score, &last], &[]);
                graph.output("score", &score, Kind::F32, &[batch]);
            }
        }
        GraphAnswers::Score(score) => graph.output("score", score, Kind::F32, &[batch]),
        GraphAnswers::Targets(logits) => {
            let probabilities = graph.op("Sigmoid", &[logits], &[]);
            graph.output("probabilities", &probabilities, Kind::F32, &[batch, Axis::Fixed(space.targets().len())]);
        }
    }
}
