//! Partial tables laid over each other by key.

use toml::{Table, Value};

/// Lays `over` on `base`: tables merge key by key, anything else replaces.
pub fn merge(base: &mut Table, over: &Table) {
    for (key, value) in over {
        match (base.get_mut(key), value) {
            (Some(Value::Table(below)), Value::Table(above)) => merge(below, above),
            _ => {
                base.insert(key.clone(), value.clone());
            }
        }
    }
}

/// Sets the value at a dotted key of not too many parts, making the tables on the way.
pub(crate) fn set(table: &mut Table, dotted: &str, value: Value) {
    let nested = dotted.rsplit('.').fold(value, |inner, key| Value::Table(Table::from_iter([(key.to_owned(), inner)])));
    if let Value::Table(over) = nested {
        merge(table, &over);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn later_keys_win_and_others_stay() {
        let mut base: Table = toml::from_str("a = 1\n[t]\nx = 1\ny = 2").unwrap();
        merge(&mut base, &toml::from_str("b = 3\n[t]\ny = 5").unwrap());
        set(&mut base, "t.z.w", Value::Integer(7));
        let expected: Table = toml::from_str("a = 1\nb = 3\n[t]\nx = 1\ny = 5\nz = { w = 7 }").unwrap();
        assert_eq!(base, expected);
    }
}
