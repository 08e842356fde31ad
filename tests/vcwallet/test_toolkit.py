"""A toolkit is added to, never changed, and nothing in it is replaced in silence."""

import pickle
from dataclasses import replace

import pytest

from vcwallet import standard_toolkit
from vcwallet.status.bitstring_list import BITSTRING_STATUS_LIST


def test_the_standard_toolkit_reads_three_kinds_of_status():
    assert [method.entry_type for method in standard_toolkit().status_methods] == [
        "BitstringStatusListEntry",
        "StatusList2021Entry",
        "1EdTechRevocationList",
    ]


def test_a_status_method_can_be_added_once():
    toolkit = standard_toolkit()
    other = replace(BITSTRING_STATUS_LIST, entry_type="OtherEntry")

    wider = toolkit.adding(status_methods=[other])

    assert wider.status_methods == (*toolkit.status_methods, other)
    assert len(toolkit.status_methods) == 3
    with pytest.raises(ValueError, match="BitstringStatusListEntry"):
        toolkit.adding(status_methods=[BITSTRING_STATUS_LIST])


def test_status_methods_cross_process_borders():
    methods = standard_toolkit().status_methods

    assert pickle.loads(pickle.dumps(methods)) == methods
