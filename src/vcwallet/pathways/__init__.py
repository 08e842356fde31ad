"""Pathways: what an organisation asks for on the way to a destination, and how far a learner came.

    pathway = read_pathway(text)
    progress = evaluate(pathway, [held_credential(report) for report in reports], at=moment)
    progress.percent, progress.steps["C"].state

Everything here is pure: no network, no clock, no storage.
"""
