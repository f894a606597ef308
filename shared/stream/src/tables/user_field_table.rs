//! `userFieldTable`: the fields of a User Input node, with their data.

use crate::element::Element;
use crate::error::Result;
use crate::field::Storage;

/// The fields of a User Input node, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UserFieldTable {
    /// The fields.
    pub fields: Vec<UserField>,
}

/// A field of a User Input node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserField {
    /// Its name.
    pub name: String,
    /// Storage of its values.
    pub storage: Storage,
    /// Its values as the user entered them: separated by blanks, texts in quotation marks.
    pub values: String,
    /// Unknown elements of the field, by name.
    pub unknown: Vec<String>,
}

impl UserFieldTable {
    /// Reads a `userFieldTable` element.
    ///
    /// # Errors
    /// A missing part, or one of another type.
    pub fn from_element(table: &Element) -> Result<Self> {
        let fields = table.children("fields").flat_map(|fields| fields.children("field"));
        let fields: Result<_> = fields.map(|field| UserField::from_element(field)).collect();
        Ok(UserFieldTable { fields: fields.map_err(|error| error.within(table.name()))? })
    }
}

impl UserField {
    fn from_element(field: &Element) -> Result<Self> {
        let known = ["name", "storage", "values"];
        let unknown = field.elements().map(|child| child.name());
        Ok(UserField {
            name: field.require_value("name")?,
            storage: field.require_value("storage")?,
            values: field.get_or("values", String::new())?,
            unknown: unknown.filter(|name| !known.contains(name)).map(str::to_owned).collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::Limits;

    /// The structure is that of a stream written by Modeler 18.4.
    #[test]
    fn fields_have_their_storage_and_their_values() {
        let table = "<userFieldTable><fields>\
            <field><name>ID</name><storage>integer</storage><values>1 2 3</values></field>\
            <field><name>NAME</name><storage>string</storage><values>'a b' 'c'</values><new/></field>\
            </fields></userFieldTable>";
        let table = Element::read(table.as_bytes(), &Limits::default()).unwrap();
        let [id, name] = UserFieldTable::from_element(&table).unwrap().fields.try_into().unwrap();
        assert_eq!((id.name.as_str(), id.storage, id.values.as_str()), ("ID", Storage::Integer, "1 2 3"));
        assert_eq!((name.values.as_str(), name.unknown), ("'a b' 'c'", vec!["new".to_owned()]));
    }
}
