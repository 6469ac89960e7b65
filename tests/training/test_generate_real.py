"""A real server, llama.cpp's own with SmolLM2, which calls no functions: it is asked for JSON instead."""

from __future__ import annotations

import pytest

from otto import paths, registry
from otto.config import ChatSettings
from otto.examples import read
from training.generating.asking import Asker
from training.generating.patience import Patience
from training.generating.requests import Requests


@pytest.mark.slow
async def test_a_real_server_writes_pairs() -> None:
    import xllamacpp

    from otto import weights

    params = xllamacpp.CommonParams()
    params.model.path = str(weights.fetch("smollm2-135m"))
    params.n_ctx, params.n_parallel, params.verbosity = 8192, 1, -1
    params.cpuparams.n_threads = 2
    params.sampling.temp = 0
    server = xllamacpp.Server(params)

    skills = registry.load().skills
    examples = read(paths.bundled("examples") / "run_app_examples.txt").shown
    requests = Requests(skills["run_app"], skills.values(), examples, seed=0)
    settings = ChatSettings(model="any", base_url=f"{server.listening_address}/v1", timeout=300)
    async with Asker(settings, Patience(1)) as asker:
        first, second = [await asker.ask(requests.make(number, 2)) for number in range(2)]
    assert not first.called
    assert second.called and len(second.pairs) == 2 and not second.malformed
    assert all(pair.arguments.keys() == {"program"} for pair in second.pairs)
