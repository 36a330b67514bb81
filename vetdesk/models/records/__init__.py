"""Plain values everything else is made of: numbers, facts, verdicts, errors, words."""
