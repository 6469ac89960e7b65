"""Makes examples/audio/*.wav and their list, examples/audio/README.md, with the voices of text to speech.

    python examples/make_recordings.py             # make them again; the same seed gives the same recordings
    python examples/make_recordings.py --listen    # and print what Whisper tiny.en writes down for each

Each is mono, 16 kHz, 16 bit: 0.4 s of a quiet room, the words, 1.2 s of the room. Needs `pip install 'otto[voice]'`
and the program espeak-ng.
"""

from __future__ import annotations

import argparse
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from otto.speech.voices import Voices

Samples = NDArray[np.float32]

FOLDER = Path(__file__).parent / "audio"
RATE = 16_000  # Hz
SEED = 5
LEAD_IN, LEAD_OUT = 0.4, 1.2  # seconds
ROOM_DB = -66.0  # RMS of the quiet room, relative to full scale
SPEECH_DB = (-26.0, -20.0)  # RMS of the words, between these: people sit nearer to or farther from the microphone


@dataclass(frozen=True)
class Recording:
    """``said`` are the parts that are spoken, with ``pause`` seconds between them; no voice means no speech."""

    name: str
    voice: str | None
    said: tuple[str, ...]
    call: str | None
    pause: float = 0.0
    noise_snr: float | None = None  # dB; None is a quiet room
    about: str = ""

    @property
    def file(self) -> Path:
        return FOLDER / f"{self.name}.wav"


def one(name: str, voice: str, said: str, call: str, noise_snr: float | None = None, about: str = "") -> Recording:
    """One sentence without a pause."""
    return Recording(name, voice, (said,), call, noise_snr=noise_snr, about=about)


RECORDINGS = (
    one(
        "weather_berlin",
        "kokoro:af_heart",
        "What's the weather in Berlin tomorrow?",
        'weather(location="Berlin", when="tomorrow")',
    ),
    one("time_tokyo", "kokoro:bm_george", "Otto, what time is it in Tokyo?", 'timecheck(location="Tokyo")'),
    one("date_next_friday", "kokoro:bf_emma", "What's the date next Friday?", 'datecheck(day="next Friday")'),
    one("timer_ten_minutes", "espeak:en-us", "Set a timer for ten minutes.", 'timer(duration="ten minutes")'),
    one(
        "timer_pasta",
        "kokoro:af_bella",
        "Set a pasta timer for an hour and a half.",
        'timer(duration="an hour and a half", name="pasta")',
    ),
    one("math_percent", "kokoro:am_puck", "What is fifteen percent of eighty?", 'math(question="0.15 * 80")'),
    one(
        "math_square_root",
        "kokoro:bf_isabella",
        "What's the square root of one hundred and forty-four?",
        'math(question="sqrt(144)")',
    ),
    one(
        "note_spare_key",
        "kokoro:am_fenrir",
        "Take a note: the spare key is under the flower pot.",
        'notes(action="add", note="spare key is under the flower pot")',
    ),
    one("open_calculator", "piper:joe", "Open the calculator.", 'run_app(program="calculator")'),
    one("start_firefox", "kokoro:bm_fable", "Could you start Firefox please?", 'run_app(program="Firefox")'),
    one("never_mind", "kokoro:af_sarah", "Never mind.", "cancel()"),
    one("day_today", "kokoro:am_michael", "What day is it today?", "datecheck()"),
    one("read_notes", "kokoro:bf_alice", "Read me my notes.", 'notes(action="list")'),
    one(
        "timer_and_firefox",
        "kokoro:bm_lewis",
        "Set a timer for five minutes and open Firefox.",
        'timer(duration="five minutes"); run_app(program="Firefox")',
        about="two commands",
    ),
    one(
        "time_paris_weather_rome",
        "kokoro:af_nova",
        "What time is it in Paris and what's the weather in Rome?",
        'timecheck(location="Paris"); weather(location="Rome")',
        about="two commands",
    ),
    Recording(
        "timer_long_pause",
        "kokoro:am_onyx",
        ("Set a timer for", "twenty minutes."),
        'timer(duration="twenty minutes")',
        pause=1.5,
        about="1.5 s of silence inside the command",
    ),
    one(
        "weather_over_noise",
        "kokoro:af_kore",
        "What's the weather in Madrid this weekend?",
        'weather(location="Madrid", when="this weekend")',
        noise_snr=10.0,
        about="over pink noise, 10 dB below the words",
    ),
    one(
        "talk_about_oven",
        "kokoro:bf_lily",
        "I told her the timer on the oven was broken last week.",
        "other()",
        about="conversation, not for Otto",
    ),
    one(
        "television_sports",
        "piper:joe",
        "And that's all from the studio, now over to Karen with the sports.",
        "other()",
        about="television, not for Otto",
    ),
    Recording("noise", None, (), None, about="6 s of pink noise that swells, no speech"),
    Recording("silence", None, (), None, about="5 s of digital silence with dither, no speech"),
)


def make(recording: Recording, voices: Voices) -> Samples:
    """The whole recording, floats from -1 to 1."""
    random = np.random.default_rng([SEED, zlib.crc32(recording.name.encode())])
    if recording.name == "silence":
        return dither(5.0, random)
    if recording.name == "noise":
        swell = 10 ** (4 * np.sin(np.linspace(0, 3 * np.pi, 6 * RATE)) / 20)  # 4 dB up and down
        return (pink(6.0, random) * amplitude(-38) * swell).astype(np.float32)
    assert recording.voice is not None
    level = amplitude(random.uniform(*SPEECH_DB))
    parts = [silence(LEAD_IN)]
    for index, text in enumerate(recording.said):
        parts += [silence(recording.pause)] if index else []
        parts.append(speech(voices, text, recording.voice) * level)
    sound = np.concatenate([*parts, silence(LEAD_OUT)])
    noise = amplitude(ROOM_DB) if recording.noise_snr is None else level * amplitude(-recording.noise_snr)
    return sound + pink(len(sound) / RATE, random)[: len(sound)] * np.float32(noise)


def speech(voices: Voices, text: str, voice: str) -> Samples:
    """The words alone, trimmed, at 16 kHz, with an RMS of 1."""
    import soxr

    samples, rate = voices.synthesize(text, voice)
    samples = trim(soxr.resample(samples, rate, RATE).astype(np.float32))
    return samples / np.float32(np.sqrt(np.mean(samples**2)))


def trim(samples: Samples, below_peak_db: float = -40, margin: float = 0.03) -> Samples:
    """Without what lies before and after the first and last sample that is loud; ``margin`` in seconds is kept."""
    loud = np.flatnonzero(np.abs(samples) > np.abs(samples).max() * amplitude(below_peak_db))
    keep = round(margin * RATE)
    return samples[max(0, loud[0] - keep) : loud[-1] + keep]


def pink(seconds: float, random: np.random.Generator) -> Samples:
    """Noise whose power falls by 3 dB an octave, as in rooms and traffic; RMS of 1, nothing below 40 Hz."""
    count = round(seconds * RATE)
    spectrum = np.fft.rfft(random.standard_normal(count))
    frequency = np.fft.rfftfreq(count, 1 / RATE)
    spectrum *= np.where(frequency < 40, 0, 1 / np.sqrt(np.maximum(frequency, 1)))
    noise = np.fft.irfft(spectrum, count)
    return (noise / np.sqrt(np.mean(noise**2))).astype(np.float32)


def dither(seconds: float, random: np.random.Generator) -> Samples:
    """Triangular noise of one step of 16 bit: what an idle sound card gives."""
    count = round(seconds * RATE)
    return ((random.random(count) - random.random(count)) / 2**15).astype(np.float32)


def silence(seconds: float) -> Samples:
    """Digital zeros."""
    return np.zeros(round(seconds * RATE), np.float32)


def amplitude(db: float) -> float:
    """The factor that a level in decibels stands for."""
    return float(10 ** (db / 20))


def manifest() -> str:
    """The text of examples/audio/README.md."""
    lines = [
        "# Recordings",
        "",
        "Made by `python examples/make_recordings.py` with synthetic voices: Kokoro-82M (Apache-2.0), the Piper",
        "voice en_US-joe-medium (CC0) and espeak-ng. Mono, 16 kHz, 16 bit. With `--listen` it also prints what Whisper",
        "tiny.en writes down for each. Voices and wordings were chosen so that it writes down the right words: these",
        "are demonstrations and tests, not a measure of Whisper. A dash means that nothing should be heard.",
        "",
        "| file | voice | what is said | call expected | note |",
        "|---|---|---|---|---|",
    ]
    for recording in RECORDINGS:
        said = f" ({recording.pause} s) ".join(recording.said) or "-"
        call = f"`{recording.call}`" if recording.call else "-"
        lines.append(f"| {recording.file.name} | {recording.voice or '-'} | {said} | {call} | {recording.about} |")
    return "\n".join(lines) + "\n"


def listen() -> None:
    """Print what Whisper tiny.en writes down, given the whole 30 s window and no prompt."""
    from otto import weights
    from otto.speech.checkpoint import load_whisper

    model = load_whisper(weights.fetch("whisper-tiny.en"))
    for recording in RECORDINGS:
        result = model.transcribe(str(recording.file), fp16=False, temperature=0.0)
        print(f"{recording.name:24} {' ... '.join(recording.said)!r:64} -> {result['text'].strip()!r}")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--listen", action="store_true", help="print what Whisper writes down for each")
    arguments = parser.parse_args()
    import onnxruntime
    import soundfile

    onnxruntime.set_seed(SEED)  # Piper draws the rhythm of its speech at random
    FOLDER.mkdir(exist_ok=True)
    voices = Voices()
    for recording in RECORDINGS:
        soundfile.write(recording.file, make(recording, voices), RATE, subtype="PCM_16")
    (FOLDER / "README.md").write_text(manifest(), encoding="utf-8")
    total = sum(recording.file.stat().st_size for recording in RECORDINGS)
    print(f"{len(RECORDINGS)} recordings, {total / 1e6:.1f} MB, in {FOLDER}")
    if arguments.listen:
        listen()


if __name__ == "__main__":
    main()
