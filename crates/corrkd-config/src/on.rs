//! An experiment for several data sets: what a data set changes, laid over what they share.
//!
//! `datasets` names them, and `[on.mosei]` says what differs for one of them; a key of its own there, `without`, names variants
//! that it has not.

use crate::merge;
use toml::{Table, Value};

const DATASETS: &str = "datasets";

/// The data sets of an experiment that is for several.
pub(crate) fn datasets(table: &Table) -> Vec<String> {
    let names = table.get(DATASETS).and_then(Value::as_array);
    names.into_iter().flatten().filter_map(|name| name.as_str().map(str::to_owned)).collect()
}

/// Makes of an experiment for several data sets that for one of them. The data set has the name's recipe where nothing else
/// is said.
pub(crate) fn choose(table: &mut Table, dataset: &str) {
    table.remove(DATASETS);
    let mut on = match table.remove("on") {
        Some(Value::Table(on)) => on,
        _ => Table::new(),
    };
    table.insert("dataset".to_owned(), Value::String(dataset.to_owned()));
    let Some(Value::Table(mut over)) = on.remove(dataset) else { return };
    let without = over.remove("without");
    merge::merge(table, &over);
    let without: Vec<&str> =
        without.as_ref().and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
    if let Some(Value::Array(variants)) = table.get_mut("variant") {
        variants.retain(|variant| {
            let name = variant.get("name").and_then(Value::as_str);
            name.is_none_or(|name| !without.contains(&name))
        });
    }
}

#[cfg(test)]
mod tests {
    use crate::{ExperimentFile, ExperimentFiles, extend::extended};
    use std::collections::BTreeMap;
    use toml::Table;

    fn files() -> BTreeMap<String, String> {
        let table1 = r#"
            title = "t"
            datasets = ["mosi", "mosei", "made-up"]
            rate = 1
            variant = [{ name = "a" }, { name = "b" }]
            [on.mosei]
            rate = 2
            without = ["b"]
            [on.made-up]
            dataset = "synthetic"
        "#;
        let curves = "extends = \"table1\"\ntitle = \"c\"\ndatasets = [\"mosei\"]\nvariant = [{ name = \"b\" }]\n";
        let own = "extends = \"table1-mosei\"\ndataset = \"own\"\nrate = 3\n";
        let texts = [("table1", table1), ("curves", curves), ("own", own), ("raw", "extends = \"table1\"\n")];
        texts.map(|(name, text)| (name.to_owned(), text.to_owned())).into()
    }

    fn read(name: &str) -> Result<Table, String> {
        let files = files();
        let file = files.find(name, None).unwrap().ok_or("none")?;
        extended(&file, &files).map_err(|error| error.to_string())
    }

    #[test]
    fn each_data_set_is_a_name() {
        let names = files().names(None);
        let expected = ["curves-mosei", "own", "raw-mosi", "raw-mosei", "raw-made-up"];
        assert_eq!(names, [&expected[..], &["table1-mosi", "table1-mosei", "table1-made-up"]].concat());
        assert_eq!((read("table1-imdb"), read("table2-mosi")), (Err("none".to_owned()), Err("none".to_owned())));
    }

    #[test]
    fn what_a_data_set_changes_lies_over_the_rest() {
        let expected = |text: &str| Ok(toml::from_str::<Table>(text).unwrap());
        let both = "variant = [{ name = \"a\" }, { name = \"b\" }]";
        assert_eq!(read("table1-mosi"), expected(&format!("title = \"t\"\nrate = 1\ndataset = \"mosi\"\n{both}")));
        let mosei = "title = \"t\"\nrate = 2\ndataset = \"mosei\"\nvariant = [{ name = \"a\" }]";
        assert_eq!(read("table1-mosei"), expected(mosei));
        let made_up = format!("title = \"t\"\nrate = 1\ndataset = \"synthetic\"\n{both}");
        assert_eq!(read("table1-made-up"), expected(&made_up));
        // Of a file that extends it, too; and over it lies what a file says that extends it for a data set.
        assert_eq!(read("curves-mosei"), expected("title = \"c\"\nrate = 2\ndataset = \"mosei\"\nvariant = []"));
        assert_eq!(read("own"), expected("title = \"t\"\nrate = 3\ndataset = \"own\"\nvariant = [{ name = \"a\" }]"));
    }

    #[test]
    fn one_of_several_has_to_be_named() {
        let said = read("table1").unwrap_err();
        assert!(said.contains("at `datasets`: names several, mosi, mosei, made-up, of which"), "{said}");
        let own = ExperimentFile { name: String::new(), text: files()["raw"].clone(), folder: None, on: None };
        assert!(extended(&own, &files()).unwrap_err().to_string().contains("several"));
    }
}
