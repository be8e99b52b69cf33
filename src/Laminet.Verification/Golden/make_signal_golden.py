#!/usr/bin/env python3
"""Golden numbers for spectra: torch.stft and torch.istft (1.13), and Keras 3's STFTSpectrogram and MelSpectrogram by their formulas in NumPy and SciPy.

Writes signal.json. Inputs come from a linear congruential generator that the checks repeat. Usage: /usr/bin/python3 make_signal_golden.py
"""
import json
import os

import numpy as np
import scipy.signal
import torch

torch.set_num_threads(1)
HERE = os.path.dirname(os.path.abspath(__file__))


def lcg(seed, *shape):
    """x -> (1103515245 x + 12345) mod 2^31; numbers in [-0.5, 0.5)."""
    values = np.empty(int(np.prod(shape)))
    for i in range(len(values)):
        seed = (seed * 1103515245 + 12345) % (1 << 31)
        values[i] = seed / (1 << 31)
    return values.reshape(shape) - 0.5


def numbers(array):
    return np.asarray(array, dtype=np.float64).ravel().tolist()


def stft(length, stride, fft, window, center):
    x = torch.tensor(lcg(1, 2, 50))
    weights = torch.tensor(scipy.signal.get_window(window, length))
    spectra = torch.stft(x, fft, stride, length, weights, center=center, pad_mode="reflect", return_complex=True)
    case = {"length": length, "stride": stride, "fft": fft, "window": window, "center": center,
            "real": numbers(spectra.real.transpose(-1, -2)), "imaginary": numbers(spectra.imag.transpose(-1, -2))}
    if center:
        # Of spectra that were changed: no longer those of a signal.
        scaled = spectra * torch.arange(1.0, spectra.shape[-2] + 1).reshape(-1, 1)
        case["back"] = numbers(torch.istft(scaled, fft, stride, length, weights, center=True))
    return case


def spectrogram(mode, frame, step, fft, window, periodic, scaling, padding, expand):
    x = lcg(2, 2, 41, 2)
    weights = np.ones(frame) if window == "none" else scipy.signal.get_window(window, frame, periodic)
    scale = 1 if scaling == "none" or window == "none" else np.sqrt((weights ** 2).sum()) if scaling == "density" else np.abs(weights).sum()
    bins = fft // 2 + 1
    kernel = np.exp(-2j * np.pi * np.outer(np.arange(frame), np.arange(bins)) / fft) * weights[:, None] / scale
    if padding == "same":
        missing = max((-(-x.shape[1] // step) - 1) * step + frame - x.shape[1], 0)
        x = np.pad(x, [(0, 0), (missing // 2, missing - missing // 2), (0, 0)])
    frames = np.stack([x[:, t:t + frame] for t in range(0, x.shape[1] - frame + 1, step)], 1)
    spectra = np.einsum("btlc,lk->btkc", frames, kernel)
    power = np.abs(spectra) ** 2
    doubled = power.copy()
    doubled[:, :, 1:-1] *= 2
    magnitude = np.sqrt(np.maximum(power, 1e-7))
    shown = {"log": np.log(magnitude), "magnitude": magnitude, "psd": doubled, "real": spectra.real, "imag": spectra.imag,
             "stft": np.concatenate([spectra.real, spectra.imag], 2), "angle": np.arctan2(spectra.imag, spectra.real)}[mode]
    if not expand:
        shown = shown.transpose(0, 1, 3, 2).reshape(shown.shape[0], shown.shape[1], -1)
    return {"mode": mode, "frame": frame, "step": step, "fft": fft, "window": window, "periodic": periodic, "scaling": scaling, "padding": padding,
            "expand": expand, "shape": list(shown.shape), "y": numbers(shown)}


def mel(fft, stride, length, window, rate, count, low, high, decibels, top, exponent, least, reference):
    x = lcg(3, 2, 300)
    weights = torch.tensor(scipy.signal.get_window(window, length))
    spectra = torch.stft(torch.tensor(x), fft, stride, length, weights, center=True, pad_mode="reflect", return_complex=True).abs().numpy() ** exponent
    to_mel = lambda f: 1127.0 * np.log(1.0 + f / 700.0)
    edges = np.linspace(to_mel(low), to_mel(high), count + 2)
    places = to_mel(np.linspace(0, rate / 2, fft // 2 + 1)[1:])[:, None]
    lower, center, upper = edges[:-2], edges[1:-1], edges[2:]
    filters = np.maximum(0, np.minimum((places - lower) / (center - lower), (upper - places) / (upper - center)))
    filters = np.pad(filters, [(1, 0), (0, 0)])
    y = np.einsum("bft,fm->bmt", spectra, filters)
    if decibels:
        y = 10 * np.log10(np.maximum(y, least)) - 10 * np.log10(max(abs(reference), least))
        y = np.maximum(y, y.max() - top)
    return {"fft": fft, "stride": stride, "length": length, "window": window, "rate": rate, "count": count, "low": low, "high": high, "decibels": decibels,
            "top": top, "exponent": exponent, "least": least, "reference": reference, "shape": list(y.shape), "y": numbers(y)}


if __name__ == "__main__":
    result = {
        "stft": [stft(16, 4, 16, "hann", True), stft(10, 3, 16, "hamming", True), stft(12, 5, 12, "blackman", True), stft(9, 4, 15, "hann", False)],
        "spectrogram": [
            spectrogram("log", 16, 8, 16, "hann", False, "density", "valid", False),
            spectrogram("magnitude", 10, 3, 16, "hamming", True, "spectrum", "same", True),
            spectrogram("psd", 8, 4, 8, "hann", False, "density", "same", False),
            spectrogram("real", 8, 8, 12, "none", False, "density", "valid", True),
            spectrogram("imag", 9, 4, 16, "hann", True, "none", "valid", False),
            spectrogram("stft", 8, 5, 8, "blackman", False, "density", "same", False),
            spectrogram("angle", 9, 4, 12, "hann", True, "density", "valid", True),
        ],
        "mel": [
            mel(64, 32, 64, "hann", 16000, 8, 20.0, 8000.0, True, 80.0, 2.0, 1e-10, 1.0),
            mel(50, 20, 40, "hamming", 8000, 5, 100.0, 3000.0, True, 10.0, 1.0, 1e-3, 2.5),
            mel(64, 16, 64, "hann", 8000, 6, 0.0, 4000.0, False, 80.0, 2.0, 1e-10, 1.0),
        ],
    }
    with open(os.path.join(HERE, "signal.json"), "w", encoding="utf-8") as file:
        json.dump(result, file)
