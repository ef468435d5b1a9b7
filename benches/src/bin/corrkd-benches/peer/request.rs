//! A request, one line: a kind of work, then its fields as `NAME=VALUE`, all of them and no others.

use anyhow::{Context as _, Result, bail};
use corrkd_benches::{Losses, Shape, method};
use std::collections::BTreeMap;
use std::str::FromStr;

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Request {
    /// Work to be timed, so many times.
    Timed(Work, usize),
    /// The terms of so many steps, without dropout.
    Check(Shape, Losses, usize),
}

/// Something whose time is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Work {
    /// A training step.
    Step {
        /// Of this shape,
        shape: Shape,
        /// with dropout or without,
        dropout: bool,
        /// by these losses.
        losses: Losses,
    },
    /// A forward pass.
    Evaluate(Shape),
    /// A training step of another method, by its name.
    Method(&'static str, Shape),
}

impl FromStr for Request {
    type Err = anyhow::Error;

    fn from_str(line: &str) -> Result<Self> {
        let mut words = line.split_whitespace();
        let kind = words.next().context("an empty request")?;
        let pairs = words.map(|word| word.split_once('=').with_context(|| format!("`{word}`: expected NAME=VALUE")));
        let mut fields = Fields(pairs.collect::<Result<_>>()?);
        let (batch, time) = (fields.take("B")?, fields.frames()?);
        if let ("step", Some(name)) = (kind, fields.0.remove("method")) {
            let shape = Shape { batch, time, layers: 0 };
            let request = Self::Timed(Work::Method(method(name)?.name(), shape), fields.take("repeat")?);
            return fields.end(kind).map(|()| request);
        }
        let shape = Shape { batch, time, layers: fields.take("L")? };
        let request = match kind {
            "step" => {
                let (dropout, losses) = (fields.one_of("dropout", [("on", true), ("off", false)])?, fields.losses()?);
                Self::Timed(Work::Step { shape, dropout, losses }, fields.take("repeat")?)
            }
            "evaluate" => Self::Timed(Work::Evaluate(shape), fields.take("repeat")?),
            "check" => Self::Check(shape, fields.losses()?, fields.take("steps")?),
            _ => bail!("`{kind}`: expected step, evaluate or check"),
        };
        fields.end(kind).map(|()| request)
    }
}

struct Fields<'a>(BTreeMap<&'a str, &'a str>);

impl Fields<'_> {
    fn take<T: FromStr<Err: std::error::Error + Send + Sync + 'static>>(&mut self, name: &str) -> Result<T> {
        let value = self.0.remove(name).with_context(|| format!("no field `{name}`"))?;
        value.parse().with_context(|| format!("{name}={value}"))
    }

    fn one_of<T: Copy>(&mut self, name: &str, values: [(&str, T); 2]) -> Result<T> {
        let got: String = self.take(name)?;
        let [(first, _), (second, _)] = values;
        let found = values.into_iter().find(|(value, _)| *value == got);
        Ok(found.with_context(|| format!("{name}={got}: expected {first} or {second}"))?.1)
    }

    /// T, one number or that of language, audio and vision: 50 or 50,375,500.
    fn frames(&mut self) -> Result<[usize; 3]> {
        let got: String = self.take("T")?;
        let numbers: Vec<usize> =
            got.split(',').map(str::parse).collect::<Result<_, _>>().with_context(|| format!("T={got}"))?;
        match numbers[..] {
            [time] => Ok([time; 3]),
            [language, audio, vision] => Ok([language, audio, vision]),
            _ => bail!("T={got}: expected one number or three"),
        }
    }

    /// Whether all fields have been taken.
    fn end(&self, kind: &str) -> Result<()> {
        match self.0.keys().next() {
            Some(name) => bail!("`{name}`: {kind} takes no such field"),
            None => Ok(()),
        }
    }

    fn losses(&mut self) -> Result<Losses> {
        self.one_of("losses", [("distance", Losses::Distance), ("all", Losses::All)])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_read() {
        let shape = Shape { batch: 64, time: [50; 3], layers: 2 };
        let step = "step L=2 B=64 T=50 dropout=off losses=all repeat=3".parse::<Request>().unwrap();
        assert_eq!(step, Request::Timed(Work::Step { shape, dropout: false, losses: Losses::All }, 3));
        let evaluate = "evaluate repeat=10 B=64 T=50 L=2".parse::<Request>().unwrap();
        assert_eq!(evaluate, Request::Timed(Work::Evaluate(shape), 10));
        let check = "check L=2 B=64 T=50 losses=distance steps=3".parse::<Request>().unwrap();
        assert_eq!(check, Request::Check(shape, Losses::Distance, 3));
        let cube = "step method=cubemlp B=128 T=50 repeat=2".parse::<Request>().unwrap();
        let shape = Shape { batch: 128, time: [50; 3], layers: 0 };
        assert_eq!(cube, Request::Timed(Work::Method("cubemlp", shape), 2));
        let unaligned = "evaluate repeat=1 B=64 T=50,375,500 L=2".parse::<Request>().unwrap();
        assert_eq!(unaligned, Request::Timed(Work::Evaluate(Shape::UNALIGNED), 1));
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        for (line, said) in [
            ("", "empty"),
            ("train L=2 B=64 T=50", "`train`: expected step, evaluate or check"),
            ("evaluate L=2 B=64 repeat=1", "no field `T`"),
            ("evaluate L=2 B=64 T=fifty repeat=1", "T=fifty"),
            ("evaluate L=2 B=64 T=50,375 repeat=1", "T=50,375: expected one number or three"),
            ("evaluate L=2 B=64 T=50 repeat=1 dropout=on", "`dropout`: evaluate takes no such field"),
            ("step method=cubemlb B=1 T=5 repeat=1", "no method `cubemlb`"),
            ("step method=cubemlp B=1 T=5 L=2 repeat=1", "`L`: step takes no such field"),
            ("evaluate L", "`L`: expected NAME=VALUE"),
            ("step L=2 B=64 T=50 dropout=some losses=all repeat=1", "dropout=some: expected on or off"),
        ] {
            let error = format!("{:#}", line.parse::<Request>().unwrap_err());
            assert!(error.contains(said), "{line}: {error}");
        }
    }
}
