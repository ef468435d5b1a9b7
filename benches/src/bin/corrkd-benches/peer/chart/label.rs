//! A work in words: what is done, and the shape it is done with.

use anyhow::{Context as _, Result, bail};

/// The two lines of a work's label.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Label {
    pub(crate) done: String,
    pub(crate) shape: String,
}

impl Label {
    /// Of a request as benches/peer/step.py explains them, such as `evaluate L=2 B=64 T=50`.
    ///
    /// # Errors
    /// If it is none of those.
    pub(crate) fn of(work: &str) -> Result<Self> {
        let field = |name: &str| {
            let mut fields = work.split_whitespace().filter_map(|word| word.split_once('='));
            let found = fields.find(|(known, _)| *known == name);
            found.map(|(_, value)| value).with_context(|| format!("work `{work}`: no field `{name}`"))
        };
        let (batch, frames) = (field("B")?, field("T")?.replace(',', "/"));
        if let Ok(method) = field("method") {
            let done = format!("training step, {method}");
            return Ok(Self { done, shape: format!("B = {batch}, T = {frames}") });
        }
        let mut done = match work.split_whitespace().next() {
            Some("step") => "training step".to_owned(),
            Some("evaluate") if batch == "1" => "single prediction".to_owned(),
            Some("evaluate") => "evaluation".to_owned(),
            _ => bail!("work `{work}`: expected step or evaluate"),
        };
        if work.starts_with("step") {
            done += if field("dropout")? == "on" { ", dropout" } else { ", no dropout" };
            done += if field("losses")? == "all" { ", all losses" } else { "" };
        }
        Ok(Self { done, shape: format!("L = {}, B = {batch}, T = {frames}", field("L")?) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn works_are_put_into_words() {
        for (work, done, shape) in [
            ("step L=2 B=64 T=50 dropout=on losses=distance", "training step, dropout", "L = 2, B = 64, T = 50"),
            ("step L=4 B=32 T=20 dropout=off losses=distance", "training step, no dropout", "L = 4, B = 32, T = 20"),
            ("step L=2 B=64 T=50 dropout=on losses=all", "training step, dropout, all losses", "L = 2, B = 64, T = 50"),
            ("evaluate L=2 B=8 T=50,375,500", "evaluation", "L = 2, B = 8, T = 50/375/500"),
            ("step method=dmd B=16 T=50", "training step, dmd", "B = 16, T = 50"),
            ("evaluate L=2 B=256 T=50", "evaluation", "L = 2, B = 256, T = 50"),
            ("evaluate L=2 B=1 T=50", "single prediction", "L = 2, B = 1, T = 50"),
        ] {
            let (done, shape) = (done.to_owned(), shape.to_owned());
            assert_eq!(Label::of(work).unwrap(), Label { done, shape });
        }
    }

    #[test]
    fn what_is_no_work_is_named() {
        for (work, said) in [
            ("check L=2 B=64 T=50", "work `check L=2 B=64 T=50`: expected step or evaluate"),
            ("evaluate L=2 B=64", "work `evaluate L=2 B=64`: no field `T`"),
            ("step L=2 B=64 T=50 losses=all", "work `step L=2 B=64 T=50 losses=all`: no field `dropout`"),
        ] {
            assert_eq!(Label::of(work).unwrap_err().to_string(), said);
        }
    }
}
