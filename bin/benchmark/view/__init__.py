"""What a visitor on a cheap phone waits for: first view, second view, taps, answers."""
