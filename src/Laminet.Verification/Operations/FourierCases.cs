namespace Laminet.Verification.Operations;

/// <summary>Fourier transforms against the sums that they are.</summary>
internal static class FourierCases
{
    // Powers of 2, products of 2, 3 and 5, primes, more rows than a tile has.
    private static readonly int[][] Shapes = [[1], [2], [3], [4], [5], [2, 6], [3, 7], [8], [2, 3, 11], [12], [2, 15], [16], [17, 20], [35, 13], [3, 30], [34, 32], [2, 64], [101], [2, 300]];

    public static IEnumerable<OpCase> Rows() => [.. Shapes.SelectMany(Rows), .. Planes(), .. FramesOf(), .. Spectra()];

    private static IEnumerable<OpCase> Rows(int[] shape)
    {
        string at = OpCases.Text(shape);
        int n = shape[^1], bins = (n / 2) + 1;
        int[] half = [.. shape[..^1], bins];
        foreach (bool inverse in (bool[])[false, true])
        {
            yield return new OpCase($"{(inverse ? "IFFT" : "FFT")}{at}", [Grid.Random(shape, 1), Grid.Random(shape, 2)],
                inputs => (inverse ? Tensor.IFFT(inputs[0], inputs[1]) : Tensor.FFT(inputs[0], inputs[1])) is var parts ? [parts.Real, parts.Imaginary] : [],
                grids => Sums(grids[0], grids[1], inverse ? 1 : -1, inverse ? 1.0 / n : 1))
            { Types = OpCase.Computed, Tolerance = 4 * Math.Sqrt(n) };
        }

        yield return new OpCase($"RFFT{at}", [Grid.Random(shape, 3)],
            inputs => inputs[0].RFFT() is var parts ? [parts.Real, parts.Imaginary] : [],
            grids => [.. Sums(grids[0], Grid.From(shape, _ => 0), -1, 1).Select(part => Grid.From(half, index => part[index]))])
        { Types = OpCase.Computed, Tolerance = 4 * Math.Sqrt(n) };
        yield return new OpCase($"IRFFT{at}", [Grid.Random(half, 4), Grid.Random(half, 5)],
            inputs => Tensor.IRFFT(inputs[0], inputs[1], n),
            grids =>
            {
                Grid Mirrored(Grid part, double sign) => Grid.From(shape, index => index[^1] < bins ? part[index] * (sign < 0 && 2 * index[^1] % n == 0 ? 0 : 1) : sign * part[[.. index[..^1], n - index[^1]]]);
                return Sums(Mirrored(grids[0], 1), Mirrored(grids[1], -1), 1, 1.0 / n)[0];
            })
        { Types = OpCase.Computed, Tolerance = 4 * Math.Sqrt(n) };
    }

    // Over both axes at once, element by element.
    private static IEnumerable<OpCase> Planes() =>
        from shape in (int[][])[[1, 1], [4, 6], [2, 5, 3], [3, 8, 7]]
        from inverse in (bool[])[false, true]
        select new OpCase($"{(inverse ? "IFFT2" : "FFT2")}{OpCases.Text(shape)}", [Grid.Random(shape, 6), Grid.Random(shape, 7)],
            inputs => (inverse ? Tensor.IFFT2(inputs[0], inputs[1]) : Tensor.FFT2(inputs[0], inputs[1])) is var parts ? [parts.Real, parts.Imaginary] : [],
            grids =>
            {
                (int rows, int columns) = (shape[^2], shape[^1]);
                System.Numerics.Complex At(int[] index) =>
                    (from row in Enumerable.Range(0, rows)
                     from column in Enumerable.Range(0, columns)
                     let turn = ((double)index[^2] * row / rows) + ((double)index[^1] * column / columns)
                     select new System.Numerics.Complex(grids[0][[.. index[..^2], row, column]], grids[1][[.. index[..^2], row, column]])
                         * System.Numerics.Complex.FromPolarCoordinates(inverse ? 1.0 / (rows * columns) : 1, (inverse ? 2 : -2) * Math.PI * turn))
                    .Aggregate(System.Numerics.Complex.Zero, (sum, term) => sum + term);
                return [Grid.From(shape, index => At(index).Real), Grid.From(shape, index => At(index).Imaginary)];
            })
        { Types = OpCase.Computed, Tolerance = 16 };

    private static IEnumerable<OpCase> FramesOf()
    {
        foreach ((int[] shape, int length, int stride) in ((int[], int, int)[])[([7], 3, 2), ([7], 7, 1), ([2, 9], 4, 5), ([2, 3, 10], 2, 1), ([0, 5], 2, 2), ([3, 4000], 400, 160)])
        {
            int[] frames = [.. shape[..^1], 1 + ((shape[^1] - length) / stride), length];
            yield return new OpCase($"Frames{OpCases.Text(shape)}:{length}/{stride}", [Grid.Distinct(shape, 3)], inputs => inputs[0].Frames(length, stride),
                grids => Grid.From(frames, index => grids[0][[.. index[..^2], (index[^2] * stride) + index[^1]]]))
            { Types = shape[^1] > 1000 ? OpCase.Computed : OpCase.All };
        }
    }

    // A spectrum by its definition, frame by frame; the signal comes back from its own.
    private static IEnumerable<OpCase> Spectra()
    {
        (int[] Shape, int Length, int Stride, int Fft, SignalWindow Window, bool Center)[] cases =
        [
            ([20], 8, 4, 8, SignalWindow.Hann, true), ([2, 23], 6, 2, 9, SignalWindow.Hamming, true), ([2, 30], 5, 3, 12, SignalWindow.None, false),
            ([40], 8, 2, 10, SignalWindow.Blackman, false), ([3, 64], 16, 4, 16, SignalWindow.Hann, true),
        ];
        foreach ((int[] shape, int length, int stride, int fft, SignalWindow window, bool center) in cases)
        {
            string at = $"{OpCases.Text(shape)}:{length}/{stride}/{fft} {window}{(center ? " centred" : "")}";
            int padded = shape[^1] + (center ? fft / 2 * 2 : 0), before = (fft - length) / 2;
            int[] half = [.. shape[..^1], 1 + ((padded - fft) / stride), (fft / 2) + 1];
            double Weight(int j) => window == SignalWindow.None ? 1 : j < before || j >= before + length ? 0 : (2 * Math.PI * (j - before) / length) is var angle ? window switch
            {
                SignalWindow.Hann => 0.5 - (0.5 * Math.Cos(angle)),
                SignalWindow.Hamming => 0.54 - (0.46 * Math.Cos(angle)),
                _ => 0.42 - (0.5 * Math.Cos(angle)) + (0.08 * Math.Cos(2 * angle)),
            } : 0;
            int Place(int sample)
            {
                int place = sample - (center ? fft / 2 : 0);
                return place < 0 ? -place : place >= shape[^1] ? (2 * (shape[^1] - 1)) - place : place;
            }

            yield return new OpCase($"STFT{at}", [Grid.Random(shape, 7)],
                inputs => inputs[0].STFT(length, stride, fft, window, center) is var parts ? [parts.Real, parts.Imaginary] : [],
                grids => [.. ((bool[])[true, false]).Select(isReal => Grid.From(half, index =>
                {
                    double sum = 0;
                    for (int j = 0; j < fft; j++)
                    {
                        (double sin, double cos) = Math.SinCos(-2 * Math.PI * j * index[^1] / fft);
                        sum += (isReal ? cos : sin) * Weight(j) * grids[0][[.. index[..^2], Place((index[^2] * stride) + j)]];
                    }

                    return sum;
                }))])
            { Types = OpCase.Computed, Tolerance = 20 };
            if (center)
            {
                yield return new OpCase($"ISTFT{at}", [Grid.Random(shape, 8)],
                    inputs => inputs[0].STFT(length, stride, fft, window) is var parts ? Tensor.ISTFT(parts.Real, parts.Imaginary, length, stride, fft, shape[^1], window) : null!,
                    grids => grids[0])
                { Types = OpCase.Computed, Tolerance = 40 };
            }
        }
    }

    private static Grid[] Sums(Grid real, Grid imaginary, int sign, double scale)
    {
        int n = real.Shape[^1];
        double Sum(int[] index, bool isReal)
        {
            double sum = 0;
            for (int j = 0; j < n; j++)
            {
                (double sin, double cos) = Math.SinCos(sign * 2 * Math.PI * ((long)j * index[^1] % n) / n);
                (double re, double im) = (real[[.. index[..^1], j]], imaginary[[.. index[..^1], j]]);
                sum += isReal ? (re * cos) - (im * sin) : (re * sin) + (im * cos);
            }

            return sum * scale;
        }

        return [Grid.From(real.Shape, index => Sum(index, true)), Grid.From(real.Shape, index => Sum(index, false))];
    }
}
