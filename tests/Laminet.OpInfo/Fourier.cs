namespace Laminet.OpInfo;

/// <summary>Fourier transforms, along any axes, of any length and with any scale.</summary>
internal static class Fourier
{
    public static Dictionary<string, Func<Arguments, object>> Table { get; } = new(new[] { "", "2", "n" }.SelectMany(kind => new Dictionary<string, Func<Arguments, object>>
    {
        ["fft.fft" + kind] = a => Complex(a.C(0), Axes(a, kind), a.Text(-1, "norm"), inverse: false),
        ["fft.ifft" + kind] = a => Complex(a.C(0), Axes(a, kind), a.Text(-1, "norm"), inverse: true),
        ["fft.rfft" + kind] = a => OfReal(a.X, Axes(a, kind), a.Text(-1, "norm"), inverse: false),
        ["fft.irfft" + kind] = a => ToReal(a.C(0), Axes(a, kind), a.Text(-1, "norm"), inverse: true),
        ["fft.hfft" + kind] = a => ToReal(a.C(0), Axes(a, kind), a.Text(-1, "norm"), inverse: false),
        ["fft.ihfft" + kind] = a => OfReal(a.X, Axes(a, kind), a.Text(-1, "norm"), inverse: true),
    }).Concat(new Dictionary<string, Func<Arguments, object>>
    {
        ["stft"] = Spectrogram,
        ["istft"] = Signal,
    }));

    // The axes with the lengths of the transform, null for the axis's own.
    private static (int Axis, int? Length)[] Axes(Arguments a, string kind)
    {
        if (kind.Length == 0)
            return [(a.Int(-1, "dim", -1), a.Has(-1, "n") ? a.Int(-1, "n") : null)];
        int[] lengths = a.Ints(-1, "s");
        int rank = a.IsComplex(0) ? a.X.Rank - 1 : a.X.Rank;
        int[] axes = a.Has(-1, "dim") ? a.Ints(-1, "dim") : kind == "2" ? [-2, -1] : [.. Enumerable.Range(0, rank).TakeLast(lengths.Length == 0 ? rank : lengths.Length)];
        return [.. axes.Select((axis, i) => (axis, lengths.Length == 0 ? (int?)null : lengths[i]))];
    }

    private static double Scale(string norm, int length, bool inverse) => norm switch
    {
        "ortho" => 1 / Math.Sqrt(length),
        "forward" => inverse ? 1 : 1.0 / length,
        _ => inverse ? 1.0 / length : 1,
    };

    private static Pair Times(Pair x, double factor) => new(x.Real * factor, x.Imaginary * factor);

    private static Tensor Resized(Tensor x, int axis, int? length)
    {
        axis = x.Shape.Axis(axis);
        int missing = (length ?? x.Shape[axis]) - x.Shape[axis];
        return missing <= 0 ? x.Slice(0, x.Shape[axis] + missing, axis: axis) : x.Pad([.. Enumerable.Range(0, x.Rank).Select(each => each == axis ? (0, missing) : (0, 0))]);
    }

    private static Pair Complex(Pair x, IEnumerable<(int Axis, int? Length)> axes, string norm, bool inverse)
    {
        foreach ((int axis, int? length) in axes)
        {
            Tensor real = Resized(x.Real, axis, length).MoveAxis(axis, -1), imaginary = Resized(x.Imaginary, axis, length).MoveAxis(axis, -1);
            int n = real.Shape[^1];
            (real, imaginary) = inverse ? Tensor.IFFT(real, imaginary) : Tensor.FFT(real, imaginary);
            // IFFT divides by the length already.
            x = Times(new Pair(real.MoveAxis(-1, x.Real.Shape.Axis(axis)), imaginary.MoveAxis(-1, x.Real.Shape.Axis(axis))), Scale(norm, n, inverse) * (inverse ? n : 1));
        }
        return x;
    }

    // Half of the last axis, then the others; the inverse is the conjugate.
    private static Pair OfReal(Tensor x, (int Axis, int? Length)[] axes, string norm, bool inverse)
    {
        (int last, int? length) = axes[^1];
        Tensor moved = x.MoveAxis(last, -1);
        int n = length ?? moved.Shape[^1];
        (Tensor real, Tensor imaginary) = moved.RFFT(n);
        var half = Times(new Pair(real.MoveAxis(-1, x.Shape.Axis(last)), (inverse ? -imaginary : imaginary).MoveAxis(-1, x.Shape.Axis(last))), Scale(norm, n, inverse));
        return Complex(half, axes[..^1], norm, inverse);
    }

    private static Tensor ToReal(Pair x, (int Axis, int? Length)[] axes, string norm, bool inverse)
    {
        (int last, int? length) = axes[^1];
        x = Complex(x, axes[..^1], norm, inverse);
        Tensor real = x.Real.MoveAxis(last, -1), imaginary = x.Imaginary.MoveAxis(last, -1);
        int n = length ?? (2 * (real.Shape[^1] - 1));
        Tensor result = Tensor.IRFFT(real, inverse ? imaginary : -imaginary, n) * (n * Scale(norm, n, inverse));
        return result.MoveAxis(-1, x.Real.Shape.Axis(last));
    }

    // Frames below a window, each transformed. PyTorch's window is none by default.
    private static Pair Spectrogram(Arguments a)
    {
        int length = a.Int(1, "n_fft"), step = a.Int(-1, "hop_length", length / 4);
        Tensor x = a.X;
        if (!a.Has(-1, "window") && !a.Has(-1, "onesided"))
            return x.STFT(length, step, length, SignalWindow.None, a.Flag(-1, "center", true)) is var (re, im) ? new Pair(re.SwapAxes(-1, -2), im.SwapAxes(-1, -2)) : throw new InvalidOperationException();
        if (a.Flag(-1, "center", true))
            x = Images.Bordered(x, [(length / 2, length / 2)], "reflect");
        Tensor frames = x.Frames(length, step);
        if (a.Maybe(-1, "window") is Tensor window)
            frames *= Centred(window, length);
        (Tensor real, Tensor imaginary) = frames.RFFT(length);
        if (a.Has(-1, "onesided") && !a.Flag(-1, "onesided"))
            (real, imaginary) = Tensor.FFT(frames, frames.ZerosLike());
        return new Pair(real.SwapAxes(-1, -2), imaginary.SwapAxes(-1, -2));
    }

    private static Tensor Centred(Tensor window, int length) => window.Pad([((length - window.Length) / 2, length - window.Length - ((length - window.Length) / 2))]);

    // Frames added where they overlap, divided by the sum of the squares of the window.
    private static object Signal(Arguments a)
    {
        int length = a.Int(1, "n_fft"), step = a.Int(-1, "hop_length", length / 4);
        (Tensor real, Tensor imaginary) = a.IsComplex(0) ? (a.C(0).Real, a.C(0).Imaginary) : a.X.ViewAsComplex();
        (real, imaginary) = (real.SwapAxes(-1, -2), imaginary.SwapAxes(-1, -2));
        Tensor window = a.Maybe(-1, "window") is Tensor given ? Centred(given, length) : Tensor.Ones([length], real.DType);
        Tensor weights = Added(window.Square().BroadcastTo([real.Shape[^2], length]), step);
        int cut = a.Flag(-1, "center", true) ? length / 2 : 0;
        // Cut before the division: at both ends the window may be 0.
        int end = a.Has(-1, "length") ? cut + a.Int(-1, "length") : weights.Length - cut;
        Tensor Cut(Tensor frames) => Added(frames * window, step).Slice(cut, end, axis: -1) / weights.Slice(cut, end);
        if (a.Flag(-1, "return_complex"))
            return Tensor.IFFT(real, imaginary) is var (first, second) ? new Pair(Cut(first), Cut(second)) : a;
        return Cut(Tensor.IRFFT(real, imaginary, length));
    }

    private static Tensor Added(Tensor frames, int step)
    {
        (int count, int length) = (frames.Shape[^2], frames.Shape[^1]);
        int[] places = [.. Enumerable.Range(0, count * length).Select(i => (i / length * step) + (i % length))];
        return frames.Reshape(Shape.Create([.. frames.Shape[..^2], count * length])).ScatterAdd(Tensor.From(places), ((count - 1) * step) + length, -1);
    }
}
