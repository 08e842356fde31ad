"""The Backpack: what a learner holds, how it gets there, and what is known about it."""
