//! A graph that grows operator by operator.

use prost::Message;

use crate::proto::{
    AttributeProto, Dimension, Entry, Extent, GraphProto, Model, Node, OperatorSet, Shape, Tensor, TensorType, Type,
    ValueInfo,
};

/// The version of the file's form.
const IR: i64 = 8;
/// The version of the operators; `LayerNormalization` is there from it on.
const OPSET: i64 = 17;

/// Something that an operator gives or takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Value(String);

/// What numbers are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// 32-bit floating point.
    F32,
    /// 64-bit integers.
    I64,
    /// True or false.
    Bool,
}

impl Kind {
    /// Its number among `TensorProto.DataType`.
    const fn number(self) -> i32 {
        match self {
            Self::F32 => 1,
            Self::I64 => 7,
            Self::Bool => 9,
        }
    }
}

/// An axis of an input or output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Axis<'a> {
    /// Always this long.
    Fixed(usize),
    /// Of any length, the same wherever the name is.
    Named(&'a str),
}

/// What an operator is told beside its inputs.
#[derive(Clone, Debug, PartialEq)]
pub enum Attribute<'a> {
    /// A number.
    Float(&'a str, f32),
    /// An integer.
    Int(&'a str, i64),
    /// A text.
    Text(&'a str, &'a str),
    /// Integers.
    Ints(&'a str, &'a [i64]),
}

/// A graph.
#[derive(Clone, Debug, Default)]
pub struct Graph {
    proto: GraphProto,
    made: usize,
}

impl Graph {
    /// An empty graph.
    #[must_use]
    pub fn new(name: &str) -> Self {
        Self { proto: GraphProto { name: name.to_owned(), ..GraphProto::default() }, made: 0 }
    }

    /// An input.
    pub fn input(&mut self, name: &str, kind: Kind, axes: &[Axis<'_>]) -> Value {
        self.proto.input.push(info(name, kind, axes));
        Value(name.to_owned())
    }

    /// An output: a value under a name of its own.
    pub fn output(&mut self, name: &str, value: &Value, kind: Kind, axes: &[Axis<'_>]) {
        self.proto.output.push(info(name, kind, axes));
        self.node("Identity", &[value], &[], vec![name.to_owned()]);
    }

    /// Numbers in row-major order.
    pub fn constant(&mut self, shape: &[usize], values: &[f32]) -> Value {
        let raw = values.iter().flat_map(|value| value.to_le_bytes()).collect();
        self.stored(shape, Kind::F32, raw)
    }

    /// Integers, a list of them.
    pub fn integers(&mut self, values: &[i64]) -> Value {
        let raw = values.iter().flat_map(|value| value.to_le_bytes()).collect();
        self.stored(&[values.len()], Kind::I64, raw)
    }

    /// One integer without an axis.
    pub fn integer(&mut self, value: i64) -> Value {
        self.stored(&[], Kind::I64, value.to_le_bytes().to_vec())
    }

    /// What an operator makes of some values.
    pub fn op(&mut self, operator: &str, inputs: &[&Value], attributes: &[Attribute<'_>]) -> Value {
        let name = self.name(operator);
        self.node(operator, inputs, attributes, vec![name.clone()]);
        Value(name)
    }

    /// The same of an operator with several results.
    pub fn ops<const N: usize>(
        &mut self,
        operator: &str,
        inputs: &[&Value],
        attributes: &[Attribute<'_>],
    ) -> [Value; N] {
        let names: [String; N] = std::array::from_fn(|_| self.name(operator));
        self.node(operator, inputs, attributes, names.to_vec());
        names.map(Value)
    }

    /// The file, with texts by key beside the graph.
    #[must_use]
    pub fn bytes(&self, metadata: &[(&str, &str)]) -> Vec<u8> {
        let entry = |&(key, value): &(&str, &str)| Entry { key: key.to_owned(), value: value.to_owned() };
        let model = Model {
            ir_version: IR,
            producer_name: "corrkd".to_owned(),
            producer_version: env!("CARGO_PKG_VERSION").to_owned(),
            graph: Some(self.proto.clone()),
            opset_import: vec![OperatorSet { domain: String::new(), version: OPSET }],
            metadata_props: metadata.iter().map(entry).collect(),
        };
        model.encode_to_vec()
    }

    fn name(&mut self, what: &str) -> String {
        self.made += 1;
        format!("{what}_{}", self.made)
    }

    fn stored(&mut self, shape: &[usize], kind: Kind, raw_data: Vec<u8>) -> Value {
        let name = self.name("constant");
        let dims = shape.iter().map(|&axis| axis as i64).collect();
        self.proto.initializer.push(Tensor { dims, data_type: kind.number(), name: name.clone(), raw_data });
        Value(name)
    }

    fn node(&mut self, operator: &str, inputs: &[&Value], attributes: &[Attribute<'_>], output: Vec<String>) {
        let attribute = |attribute: &Attribute<'_>| {
            let of = |name: &str, kind| AttributeProto { name: name.to_owned(), kind, ..AttributeProto::default() };
            match *attribute {
                Attribute::Float(name, f) => AttributeProto { f, ..of(name, 1) },
                Attribute::Int(name, i) => AttributeProto { i, ..of(name, 2) },
                Attribute::Text(name, text) => AttributeProto { s: text.as_bytes().to_vec(), ..of(name, 3) },
                Attribute::Ints(name, ints) => AttributeProto { ints: ints.to_vec(), ..of(name, 7) },
            }
        };
        self.proto.node.push(Node {
            input: inputs.iter().map(|value| value.0.clone()).collect(),
            name: output.first().cloned().unwrap_or_default(),
            output,
            op_type: operator.to_owned(),
            attribute: attributes.iter().map(attribute).collect(),
        });
    }
}

fn info(name: &str, kind: Kind, axes: &[Axis<'_>]) -> ValueInfo {
    let dimension = |axis: &Axis<'_>| Dimension {
        extent: Some(match *axis {
            Axis::Fixed(length) => Extent::Value(length as i64),
            Axis::Named(name) => Extent::Param(name.to_owned()),
        }),
    };
    let shape = Shape { dim: axes.iter().map(dimension).collect() };
    let tensor = TensorType { elem_type: kind.number(), shape: Some(shape) };
    ValueInfo { name: name.to_owned(), kind: Some(Type { tensor: Some(tensor) }) }
}
