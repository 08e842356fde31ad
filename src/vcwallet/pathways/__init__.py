"""Pathways: what an organisation asks for on the way to a destination, and how far a learner came.

    pathway = read_pathway(text)
    progress = evaluate(pathway, [held_credential(report) for report in reports], at=moment)
    progress.percent, progress.steps["C"].state

Everything here is pure: no network, no clock, no storage. The names in `__all__` are the public interface.
"""

from vcwallet.pathways.arrangement import Arrangement, arrange
from vcwallet.pathways.associations import associations
from vcwallet.pathways.columns import Edge, Node
from vcwallet.pathways.ctdl import CtdlImport, import_ctdl
from vcwallet.pathways.ctdl_writing import export_ctdl
from vcwallet.pathways.drawing import draw
from vcwallet.pathways.holdings import (
    CountingPolicy,
    HeldCredential,
    Withdrawal,
    WithdrawalKind,
    credential_facts,
    held_credential,
)
from vcwallet.pathways.language_text import LanguageText
from vcwallet.pathways.pathway import Pathway, Step
from vcwallet.pathways.pathway_json import (
    PathwayCheck,
    check_pathway,
    pathway_schema,
    pathway_to_dict,
    pathway_to_json,
    read_pathway,
)
from vcwallet.pathways.progress import (
    Finding,
    PathwayProgress,
    StepProgress,
    StepState,
    credentials_behind,
    evaluate,
)
from vcwallet.pathways.requirement import (
    Achievement,
    Alignment,
    Manual,
    NOf,
    Requirement,
    Score,
    StepDone,
    all_of,
    any_of,
)
from vcwallet.pathways.rules import pathway_notes, pathway_problems

__all__ = [
    "Achievement",
    "Alignment",
    "Arrangement",
    "CountingPolicy",
    "CtdlImport",
    "Edge",
    "Finding",
    "HeldCredential",
    "LanguageText",
    "Manual",
    "NOf",
    "Node",
    "Pathway",
    "PathwayCheck",
    "PathwayProgress",
    "Requirement",
    "Score",
    "Step",
    "StepDone",
    "StepProgress",
    "StepState",
    "Withdrawal",
    "WithdrawalKind",
    "all_of",
    "any_of",
    "arrange",
    "associations",
    "check_pathway",
    "credential_facts",
    "credentials_behind",
    "draw",
    "evaluate",
    "export_ctdl",
    "held_credential",
    "import_ctdl",
    "pathway_notes",
    "pathway_problems",
    "pathway_schema",
    "pathway_to_dict",
    "pathway_to_json",
    "read_pathway",
]
