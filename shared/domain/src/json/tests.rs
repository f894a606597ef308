use crate::job::definition::JobDefinition;

fn said(json: &str) -> String {
    let error = JobDefinition::parse(json.as_bytes()).unwrap_err();
    assert_eq!(error.code(), "malformed_json", "{error}");
    error.to_string()
}

/// Each slip of the printed documentation, by itself and on a line of its own.
#[test]
fn the_slips_of_the_printed_documentation_are_pointed_at() {
    let in_odbc = |line: &str| {
        format!(
            "{{\"setting\": {{\"inputs\": [{{\n  \"odbc\": {{\n    {line}\n    \"table\": \"DRUG1N\"\n  }}\n}}]}}}}"
        )
    };
    insta::assert_snapshot!(said(&in_odbc("\"dbRef”; “db2”,")), @r#"the body is not JSON: control character (\u0000-\u001F) found while parsing a string at line 3 column 26; the line has typographic quotes; JSON has straight ones (")"#);
    insta::assert_snapshot!(said(&in_odbc("“dbRef”: “db2”,")), @r#"the body is not JSON: key must be a string at line 3 column 5; the line has typographic quotes; JSON has straight ones (")"#);
    insta::assert_snapshot!(said(&in_odbc("\"dbRef\"; \"db2\",")), @"the body is not JSON: expected `:` at \
        line 3 column 12; replace the semicolon by a colon or a comma");
    insta::assert_snapshot!(said("{\n  \"model\": {\n    \"id\": \"str2\"\n    \"name\": \"stream1.str\"\n  }\n}"), @"the body is not JSON: expected `,` or `}` at line 4 column 5; a comma is missing before it");
    insta::assert_snapshot!(said(&in_odbc("\"table\": \"DRUG1N\",").replace("\n    \"table\": \"DRUG1N\"\n", "\n")), @"the \
        body is not JSON: trailing comma at line 4 column 3; remove the comma after the last entry");
    insta::assert_snapshot!(said("{\"setting\": {\n  \"inputs\": [\n    {\"node\": \"a\", \"file\": {\"id\": \"x\"}},\n  ]\n}}"), @"the \
        body is not JSON: trailing comma at line 4 column 3; remove the comma after the last entry");
    insta::assert_snapshot!(said("{\n  … Export settings\n}"), @"the body is not JSON: key must be a string \
        at line 2 column 3; replace the ellipsis by the omitted text");
}

#[test]
fn the_slips_of_people_and_programs_are_pointed_at() {
    insta::assert_snapshot!(said(""), @"the body is empty; a job definition is expected");
    insta::assert_snapshot!(said("{\"action\": \"TRAINING\""), @"the body is not JSON: EOF while parsing an object at line 1 column 21; it ends too early; is a quote, a bracket or a brace not closed?");
    insta::assert_snapshot!(said("{\"action\": \"TRAINING"), @"the body is not JSON: EOF while parsing a string at line 1 column 20; it ends too early; is a quote, a bracket or a brace not closed?");
    insta::assert_snapshot!(said("{'action': 'TRAINING'}"), @r#"the body is not JSON: key must be a string at line 1 column 2; JSON has double quotes ("), not single ones"#);
    insta::assert_snapshot!(said("{\"setting\": None}"), @"the body is not JSON: expected value at line 1 column 13; JSON writes `true`, `false` and `null`");
    insta::assert_snapshot!(said("{action: 1}"), @"the body is not JSON: key must be a string at line 1 column 2; field names need double quotes");
    insta::assert_snapshot!(said("{\"action\" = 1}"), @"the body is not JSON: expected `:` at line 1 column 11; a field and its value are separated by a colon");
    insta::assert_snapshot!(said("{ // which stream\n}"), @"the body is not JSON: key must be a string at line 1 column 3; JSON has no comments");
    insta::assert_snapshot!(said("{\"action\": \"TRAI\nNING\"}"), @r#"the body is not JSON: control character (\u0000-\u001F) found while parsing a string at line 1 column 17; the line ends within a text; is a quote missing?"#);
    insta::assert_snapshot!(said("{\"action\": \"TRAINING\", \"model\": {\"id\": \"m\"}} x"), @"the body is not JSON: trailing characters at line 1 column 46");
    assert!(JobDefinition::parse(b"{\"action\": \"\xff\"}").is_err());
}
