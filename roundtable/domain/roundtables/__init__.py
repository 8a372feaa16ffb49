"""One roundtable: its date, its agenda, who hears of a change."""
