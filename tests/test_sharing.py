"""How the processes of a run share the tests out."""

from types import SimpleNamespace

from tests.support.sharing import ENOUGH, TOGETHER, Sharing

SLOW = [f"tests/demo/test_a.py::test_{number}" for number in range(9)]
QUICK = [f"tests/when/test_b.py::test_{number}" for number in range(400)]


class Process:
    """One of the processes: it keeps what it was given to do."""

    def __init__(self, name: str) -> None:
        self.gateway = SimpleNamespace(id=name)
        self.shutting_down = False
        self.given: list[list[int]] = []

    def send_runtest_some(self, tests: list[int]) -> None:
        self.given.append(list(tests))

    def shutdown(self) -> None:
        self.shutting_down = True


def test_slow_tests_go_out_one_by_one_and_others_by_the_dozen() -> None:
    config = SimpleNamespace(getvalue=lambda name: ["2*popen"], getoption={}.get)
    sharing = Sharing(config, None, lambda test: "/demo/" in test)
    processes = [Process("one"), Process("two")]
    for process in processes:
        sharing.add_node(process)
        sharing.add_node_collection(process, SLOW + QUICK)
    sharing.schedule()
    assert [process.given for process in processes] == [[[0, 1]], [[2, 3]]]
    done = set()
    while any(sharing.node2pending.values()):
        for process in processes:
            if waiting := sharing.node2pending[process]:
                assert len(waiting) < ENOUGH + 1 + TOGETHER
                done.add(waiting[0])
                sharing.mark_test_complete(process, waiting[0])
    assert done == set(range(len(SLOW + QUICK)))
    given = [chunk for process in processes for chunk in process.given]
    assert sorted(test for chunk in given for test in chunk) == sorted(done), "each once"
    assert all(len(chunk) <= ENOUGH for chunk in given if chunk[0] < len(SLOW))
    assert max(map(len, given)) == TOGETHER
    assert all(process.shutting_down for process in processes)
