//! Lines of a text, whatever ends them.

/// Gives each line's number, its start and its content; LF, CRLF and a lone CR end a line.
pub(super) struct Lines<'t> {
    text: &'t str,
    at: usize,
    line: u64,
}

impl<'t> Lines<'t> {
    /// The lines from an offset on, which is on the given line.
    pub fn new(text: &'t str, at: usize, line: u64) -> Self {
        Self { text, at, line }
    }
}

impl<'t> Iterator for Lines<'t> {
    type Item = (u64, usize, &'t str);

    fn next(&mut self) -> Option<Self::Item> {
        let rest = self.text.get(self.at..).filter(|rest| !rest.is_empty())?;
        let bytes = rest.as_bytes();
        let length = bytes.iter().position(|byte| matches!(byte, b'\n' | b'\r')).unwrap_or(bytes.len());
        let ending = match (bytes.get(length), bytes.get(length + 1)) {
            (Some(b'\r'), Some(b'\n')) => 2,
            (Some(_), _) => 1,
            (None, _) => 0,
        };
        let found = (self.line, self.at, rest.get(..length).unwrap_or_default());
        self.at += length + ending;
        self.line += 1;
        Some(found)
    }
}
