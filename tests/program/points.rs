//! The points table, applied by what is written in it alone.

use std::collections::BTreeMap;

use crate::support::Desk;

type Record = BTreeMap<String, String>;

/// The records of a CSV whose texts may stand in quotation marks, by the names of the columns.
fn records(text: &str) -> Vec<Record> {
    let mut lines = text.lines().map(cells);
    let header = lines.next().unwrap();
    lines.map(|cells| header.iter().cloned().zip(cells).collect()).collect()
}

fn cells(line: &str) -> Vec<String> {
    let (mut cells, mut quoted) = (vec![String::new()], false);
    for letter in line.chars() {
        match letter {
            '"' => quoted = !quoted,
            ',' if !quoted => cells.push(String::new()),
            other => cells.last_mut().unwrap().push(other),
        }
    }
    cells
}

fn within(value: Option<f64>, above: &str, up_to: &str) -> bool {
    let edge = |text: &str| text.parse::<f64>().unwrap();
    value.is_some_and(|value| (above.is_empty() || edge(above) < value) && (up_to.is_empty() || value <= edge(up_to)))
}

/// The score of a client by the table.
fn score(card: &[Record], client: &Record) -> i64 {
    let named: Vec<&str> =
        card.iter().filter(|line| line["part"] == "other").map(|line| line["feature"].as_str()).collect();
    let number = |feature: &str| client.get(feature)?.parse::<f64>().ok().filter(|value| value.is_finite());
    let holds = |line: &&Record| {
        let feature = line["feature"].as_str();
        let text = client.get(feature).map_or("", String::as_str);
        let known = |name: &str| {
            card.iter().any(|line| line["part"] == "name" && line["feature"] == feature && line["name"] == name)
        };
        match line["part"].as_str() {
            "base" => true,
            "number" => within(number(feature), &line["above"], &line["up_to"]),
            "name" => text == line["name"],
            "other" => !text.is_empty() && !known(text),
            "missing" if named.contains(&feature) => text.is_empty(),
            "missing" => number(feature).is_none(),
            "pair" => {
                within(number(feature), &line["above"], &line["up_to"])
                    && within(number(&line["second"]), &line["second_above"], &line["second_up_to"])
            }
            _ => false,
        }
    };
    card.iter().filter(holds).map(|line| line["points"].parse::<i64>().unwrap()).sum()
}

#[test]
fn the_table_of_points_gives_the_scores_of_the_model() {
    let desk = Desk::with_demo();
    let listed: serde_json::Value = serde_json::from_str(&desk.done(&["models", "list", "--json"]).stdout).unwrap();
    let id = listed[0]["id"].as_str().unwrap();
    desk.done(&["models", "export", id, "--out", "card.csv", "--clients", "clients.csv"]);
    let read = |name: &str| records(&std::fs::read_to_string(desk.path(name)).unwrap());
    let (card, clients) = (read("card.csv"), read("clients.csv"));
    assert!(clients.len() > 300, "{}", clients.len());
    let rules = card.iter().filter(|line| line["part"] == "rule").count();
    assert!(rules >= 5, "how an edge falls stands in the file: {rules}");
    let wrong: Vec<&Record> =
        clients.iter().filter(|client| score(&card, client) != client["score"].parse::<i64>().unwrap()).collect();
    assert!(wrong.is_empty(), "{} clients, the first {:?}", wrong.len(), wrong.first());
    // The same table for a spreadsheet; any other ending is refused, and writes nothing.
    desk.done(&["models", "export", id, "--out", "card.xlsx"]);
    assert!(std::fs::read(desk.path("card.xlsx")).unwrap().starts_with(b"PK"));
    assert_eq!(desk.run(&["models", "export", id, "--out", "card.txt"]).code, 2);
    assert!(!desk.path("card.txt").exists());
}
