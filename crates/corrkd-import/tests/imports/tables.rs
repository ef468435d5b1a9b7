//! Tables of labels as spreadsheets and pandas write them, and what stands in a folder instead of a sample's file.

use crate::files::{World, npy};
use corrkd_data::Samples;

/// Three folds of two samples with one modality, under this table.
fn with(table: &str) -> World {
    let world = World::new().file("labels.csv", table);
    ["a", "b", "c", "d", "e", "f"]
        .iter()
        .enumerate()
        .fold(world, |world, (number, id)| world.file(&format!("text/{id}.npy"), npy(&[1, 2], &[number as f32, 1.0])))
}

#[test]
fn numbers_with_a_decimal_comma_are_no_names() {
    let table =
        "id;split;score\r\na;train;1\r\nb;train;-0,91\r\nc;valid;1\r\nd;valid;-1\r\ne;test;2,5\r\nf;test;-1\r\n";
    let parts = [
        "labels.csv: at `line 3`: expected numbers with a decimal point, got `-0,91`; save the table anew with points",
    ];
    with(table).refused(&parts);
    let world = with(&table.replace(',', "."));
    world.imported();
    assert_eq!(world.values("labels", "b[0]"), [-0.91]);
}

#[test]
fn the_number_of_a_row_is_no_label() {
    for name in ["", "Unnamed: 0"] {
        let world = with(&format!(
            "{name},id,split,arousal\n0,a,train,1\n1,b,train,-1\n2,c,valid,1\n3,d,valid,-1\n4,e,test,1\n5,f,test,-1\n"
        ));
        assert_eq!(world.imported().labels, [("arousal".to_owned(), -1.0, 1.0)]);
    }
}

#[test]
fn an_empty_cell_is_no_label() {
    let scores = with("id,split,score\na,train,1\nb,train,-1\nc,valid,1\nd,valid,\ne,test,1\nf,test,-1\n");
    assert_eq!(scores.imported().unlabelled, Samples { train: 0, valid: 1, test: 0 });
    let names = with("id,split,emotion\na,train,sad\nb,train,joy\nc,valid,joy\nd,valid,\ne,test,sad\nf,test,joy\n");
    let report = names.imported();
    assert_eq!(report.samples, Samples { train: 2, valid: 1, test: 2 });
    assert_eq!(report.counts, [("joy".to_owned(), 3), ("sad".to_owned(), 2)]);
}

#[test]
fn ids_may_be_names_of_files() {
    let world = with(
        "file,split,score\na.npy,train,1\nb.npy,train,-1\nc.npy,valid,1\nd.npy,valid,-1\ne.npy,test,1\nf.npy,test,-1\n",
    );
    world.imported();
    assert_eq!(world.values("language", "c.npy[0]"), [2.0, 1.0]);
}

#[test]
fn what_stands_instead_of_a_file_is_named() {
    let table = "id,split,score\na,train,1\nb,train,-1\nc,valid,1\n";
    let expected = "at `train/language`: expected a file for each id, such as `a.npy`, got ";
    for (file, got) in
        [("text/a.pt", "`a.pt` and so on, which are neither .npy nor tables"), ("text/x.npy", "none of them, but `x`")]
    {
        let content = npy(&[1, 2], &[0.0, 1.0]);
        World::new().file("labels.csv", table).file(file, content).refused(&[expected, got]);
    }
}
