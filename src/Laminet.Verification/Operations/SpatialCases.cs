namespace Laminet.Verification.Operations;

/// <summary>Convolution and pooling of sequences and volumes, transposed convolution, and pooling with dilation, ceil mode and adaptive windows.</summary>
internal static class SpatialCases
{
    public static IEnumerable<OpCase> Rows() => [.. Convolutions(), .. Transposed(), .. Pools(), .. Adaptive()];

    private static IEnumerable<OpCase> Convolutions()
    {
        yield return Convolution([2, 7], 3, [3], 4, [1], [1]);
        yield return Convolution([1, 9], 4, [2], 6, [2], [3], groups: 2, padding: Padding.Same);
        yield return Convolution([2, 6], 2, [3], 3, [1], [2], padding: Padding.Causal, bias: true);
        yield return Convolution([1, 5], 3, [4], 3, [3], [1], groups: 3, padding: Padding.Explicit((1, 2)), bias: true, relu: true);
        yield return Convolution([1, 3, 4, 5], 2, [2, 3, 2], 3, [1, 1, 1], [1, 1, 1]);
        yield return Convolution([2, 5, 4, 4], 2, [3, 2, 3], 2, [2, 1, 2], [1, 2, 1], padding: Padding.Same, bias: true);
        yield return Convolution([1, 4, 3, 3], 4, [2, 2, 1], 4, [1, 2, 1], [3, 1, 1], groups: 2, padding: Padding.Explicit((1, 0), (0, 1), (2, 1)), relu: true);
        yield return Convolution([1, 3, 3, 3], 2, [1, 1, 1], 3, [2, 2, 2], [1, 1, 1]);
        yield return Convolution([1, 3, 3, 4], 3, [2, 2, 2], 3, [1, 1, 1], [1, 1, 1], groups: 3, padding: Padding.Causal);
    }

    private static IEnumerable<OpCase> Transposed()
    {
        yield return Transposed([2, 4], 3, [3], 2, [1], [1]);
        yield return Transposed([1, 3], 2, [3], 2, [2], [1], padding: Padding.Same);
        yield return Transposed([1, 3], 2, [2], 2, [3], [1]);
        yield return Transposed([2, 3], 4, [3], 4, [2], [2], padding: Padding.Explicit((1, 2)), groups: 2);
        yield return Transposed([2, 3], 2, [3], 2, [2], [4], padding: Padding.Explicit((1, 2)), outputPadding: [3]);
        yield return Transposed([1, 3, 4], 2, [3, 2], 3, [2, 1], [1, 2]);
        yield return Transposed([2, 3, 2], 3, [3, 3], 2, [2, 2], [1, 1], padding: Padding.Same, outputPadding: [0, 1]);
        yield return Transposed([1, 2, 3], 2, [1, 1], 3, [2, 3], [1, 1], padding: Padding.Same);
        yield return Transposed([1, 3, 3], 2, [2, 3], 2, [3, 2], [1, 1], padding: Padding.Explicit((1, 1), (0, 1)), outputPadding: [1, 1]);
        yield return Transposed([1, 2, 3, 2], 2, [2, 3, 2], 3, [1, 2, 1], [1, 1, 1]);
        yield return Transposed([1, 3, 2, 2], 2, [3, 2, 3], 2, [2, 1, 2], [1, 2, 1], padding: Padding.Same);
        yield return Transposed([1, 2, 2, 2], 4, [2, 1, 2], 4, [3, 1, 2], [2, 1, 1], padding: Padding.Explicit((1, 2), (0, 0), (1, 0)), outputPadding: [2, 0, 1], groups: 2);
    }

    private static IEnumerable<OpCase> Pools()
    {
        (int[] Image, int[] Size, int[] Strides, int[] Dilation, Padding Padding, bool Ceil)[] settings =
        [
            ([2, 7], [2], [2], [1], default, false), ([1, 8], [3], [2], [2], Padding.Same, false), ([1, 5], [2], [2], [1], Padding.Explicit((1, 1)), true),
            ([1, 6], [2], [4], [1], Padding.Explicit((1, 1)), true), ([1, 2], [2], [3], [1], Padding.Explicit((1, 1)), true), ([1, 2], [3], [2], [1], default, true),
            ([2, 7, 8], [2, 3], [2, 1], [2, 1], Padding.Explicit((1, 0), (0, 1)), false), ([1, 6, 7], [3, 2], [2, 3], [1, 2], Padding.Explicit((0, 1), (1, 0)), true),
            ([1, 7, 7], [3, 3], [2, 2], [1, 1], default, true),
            ([1, 4, 5, 3], [2, 2, 2], [2, 2, 2], [1, 1, 1], default, false), ([2, 5, 3, 4], [3, 2, 2], [2, 1, 2], [1, 1, 1], Padding.Same, false),
            ([1, 5, 4, 4], [2, 2, 3], [2, 3, 1], [2, 1, 1], Padding.Explicit((1, 1), (1, 0), (0, 2)), true),
        ];
        foreach ((int[] image, int[] size, int[] strides, int[] dilation, Padding padding, bool ceil) in settings)
        {
            int axes = size.Length;
            int[] shape = [.. image, 3];
            string name = $"Pool{axes}D{OpCases.Text(image)}{OpCases.Text(size)}{OpCases.Text(strides)}{OpCases.Text(dilation)}{padding}{(ceil ? " ceil" : "")}";
            yield return new OpCase($"Max{name}", [Grid.Distinct(shape, 6)], inputs => axes switch
            {
                1 => inputs[0].MaxPool1D(size[0], strides[0], padding, dilation[0], ceil),
                2 => inputs[0].MaxPool(Pair(size), Pair(strides), padding, Pair(dilation), ceil),
                _ => inputs[0].MaxPool3D(Triple(size), Triple(strides), padding, Triple(dilation), ceil),
            }, grids => Pool(grids[0], Sliding, (inside, _) => inside.Max()));
            foreach (bool counted in new[] { false, true })
            {
                yield return new OpCase($"Average{name}{(counted ? " counted" : "")}", [Grid.Random(shape, 6)], inputs => axes switch
                {
                    1 => inputs[0].AveragePool1D(size[0], strides[0], padding, counted, dilation[0], ceil),
                    2 => inputs[0].AveragePool(Pair(size), Pair(strides), padding, counted, Pair(dilation), ceil),
                    _ => inputs[0].AveragePool3D(Triple(size), Triple(strides), padding, counted, Triple(dilation), ceil),
                }, grids => Pool(grids[0], Sliding, (inside, cells) => inside.Sum() / (counted ? cells : inside.Count)))
                { Tolerance = 4 };
            }

            // The rule of PyTorch: a last window counts unless it begins in the padding at the end.
            (int First, int End, int Step, int Counted)[] Sliding(int length, int axis)
            {
                (int before, int after) = Border(padding, axes, axis, length, size[axis], strides[axis], dilation[axis]);
                int reach = ((size[axis] - 1) * dilation[axis]) + 1, free = length + before + after - reach;
                int count = (int)(ceil ? Math.Ceiling((double)free / strides[axis]) : Math.Floor((double)free / strides[axis])) + 1;
                if (ceil && (count - 1) * strides[axis] >= length + before)
                    count--;
                return [.. Enumerable.Range(0, count).Select(place =>
                {
                    int start = (place * strides[axis]) - before;
                    int counted = Enumerable.Range(0, size[axis]).Count(cell => start + (cell * dilation[axis]) < length + after);
                    return (start, start + reach, dilation[axis], counted);
                })];
            }
        }
    }

    private static IEnumerable<OpCase> Adaptive()
    {
        foreach ((int[] image, int[] outputs) in new (int[], int[])[]
        {
            ([2, 10], [3]), ([1, 3], [5]), ([1, 7, 5], [3, 2]), ([2, 6, 4], [3, 4]), ([1, 5, 6], [1, 1]), ([1, 5, 4, 7], [2, 3, 4]), ([1, 2, 3, 3], [3, 1, 2]),
        })
        {
            int[] shape = [.. image, 2];
            string name = $"Pool{(outputs.Length == 2 ? "" : $"{outputs.Length}D")}{OpCases.Text(image)}{OpCases.Text(outputs)}";
            yield return new OpCase($"AdaptiveMax{name}", [Grid.Distinct(shape, 6)], inputs => outputs.Length switch
            {
                1 => inputs[0].AdaptiveMaxPool1D(outputs[0]),
                2 => inputs[0].AdaptiveMaxPool(Pair(outputs)),
                _ => inputs[0].AdaptiveMaxPool3D(Triple(outputs)),
            }, grids => Pool(grids[0], Parts, (inside, _) => inside.Max()));
            yield return new OpCase($"AdaptiveAverage{name}", [Grid.Random(shape, 6)], inputs => outputs.Length switch
            {
                1 => inputs[0].AdaptiveAveragePool1D(outputs[0]),
                2 => inputs[0].AdaptiveAveragePool(Pair(outputs)),
                _ => inputs[0].AdaptiveAveragePool3D(Triple(outputs)),
            }, grids => Pool(grids[0], Parts, (inside, _) => inside.Average()))
            { Tolerance = 4 };

            (int First, int End, int Step, int Counted)[] Parts(int length, int axis) => [.. Enumerable.Range(0, outputs[axis]).Select(place =>
                ((int)Math.Floor((double)place * length / outputs[axis]), (int)Math.Ceiling((double)(place + 1) * length / outputs[axis]), 1, 0))];
        }
    }

    private static OpCase Convolution(
        int[] image, int channels, int[] size, int filters, int[] strides, int[] dilation, int groups = 1, Padding padding = default, bool bias = false, bool relu = false)
    {
        int axes = size.Length;
        List<Grid> operands = [Grid.Random([.. image, channels], 1), Grid.Random([.. size, channels / groups, filters], 2)];
        if (bias)
            operands.Add(Grid.Random([filters], 3));
        string name = $"Convolution{axes}D{OpCases.Text(image)}x{channels}{OpCases.Text(size)}x{filters}{OpCases.Text(strides)}{OpCases.Text(dilation)}{padding} {groups}{(bias ? " bias" : "")}{(relu ? " relu" : "")}";
        return new OpCase(name, [.. operands], inputs =>
        {
            (Tensor x, Tensor kernel, Tensor? b) = (inputs[0], inputs[1], bias ? inputs[2] : null);
            return axes == 1
                ? x.Convolution1D(kernel, b, strides[0], padding, dilation[0], groups, relu)
                : x.Convolution3D(kernel, b, Triple(strides), padding, Triple(dilation), groups, relu);
        }, grids =>
        {
            (int Before, int Positions)[] extents = [.. size.Select((window, axis) =>
            {
                (int before, int after) = Border(padding, axes, axis, image[axis + 1], window, strides[axis], dilation[axis]);
                return (before, ((image[axis + 1] + before + after - ((window - 1) * dilation[axis]) - 1) / strides[axis]) + 1);
            })];
            return Grid.From([image[0], .. extents.Select(extent => extent.Positions), filters], index =>
            {
                double sum = bias ? grids[2][index[^1]] : 0;
                foreach (int[] cell in Cells(size))
                {
                    int[] place = [.. cell.Select((at, axis) => (index[axis + 1] * strides[axis]) + (at * dilation[axis]) - extents[axis].Before)];
                    if (place.Where((at, axis) => at < 0 || at >= image[axis + 1]).Any())
                        continue;
                    int group = index[^1] / (filters / groups);
                    for (int c = 0; c < channels / groups; c++)
                        sum += grids[0][[index[0], .. place, (group * (channels / groups)) + c]] * grids[1][[.. cell, c, index[^1]]];
                }

                return relu ? Math.Max(0, sum) : sum;
            });
        })
        { Tolerance = 1 + (size.Aggregate(1, (a, b) => a * b) * channels) };
    }

    // By the definition: each number of the input adds a kernel to the output.
    private static OpCase Transposed(
        int[] image, int channels, int[] size, int filters, int[] strides, int[] dilation, Padding padding = default, int[]? outputPadding = null, int groups = 1)
    {
        int axes = size.Length, each = filters / groups;
        string name = $"TransposedConvolution{axes}D{OpCases.Text(image)}x{channels}{OpCases.Text(size)}x{filters}{OpCases.Text(strides)}{OpCases.Text(dilation)}{padding}{(outputPadding is null ? "" : OpCases.Text(outputPadding))} {groups}";
        return new OpCase(name, [Grid.Random([.. image, channels], 1), Grid.Random([.. size, each, channels], 2)], inputs => axes switch
        {
            1 => inputs[0].TransposedConvolution1D(inputs[1], strides[0], padding, outputPadding?[0], dilation[0], groups),
            2 => inputs[0].TransposedConvolution(inputs[1], Pair(strides), padding, outputPadding is null ? null : Pair(outputPadding), Pair(dilation), groups),
            _ => inputs[0].TransposedConvolution3D(inputs[1], Triple(strides), padding, outputPadding is null ? null : Triple(outputPadding), Triple(dilation), groups),
        }, grids =>
        {
            (int Before, int Length)[] extents = [.. size.Select((window, axis) =>
            {
                int reach = ((window - 1) * dilation[axis]) + 1, whole = ((image[axis + 1] - 1) * strides[axis]) + reach;
                if (padding == Padding.Valid)
                    return (0, whole + (outputPadding?[axis] ?? Math.Max(0, strides[axis] - reach)));
                if (padding == Padding.Same)
                {
                    int length = outputPadding is null ? image[axis + 1] * strides[axis] : ((image[axis + 1] - 1) * strides[axis]) + (reach % 2) + outputPadding[axis];
                    return (Math.Max(0, whole - length) / 2, length);
                }

                (int before, int after) = Border(padding, axes, axis, 1, 1, 1, 1);
                return (before, whole - before - after + (outputPadding?[axis] ?? 0));
            })];
            Grid output = Grid.From([image[0], .. extents.Select(extent => extent.Length), filters], _ => 0);
            for (int from = 0; from < grids[0].Values.Length; from++)
            {
                int[] index = Grid.IndexOf(from, grids[0].Shape);
                foreach (int[] cell in Cells(size))
                {
                    int[] place = [.. cell.Select((at, axis) => (index[axis + 1] * strides[axis]) + (at * dilation[axis]) - extents[axis].Before)];
                    if (place.Where((at, axis) => at < 0 || at >= extents[axis].Length).Any())
                        continue;
                    int group = index[^1] / (channels / groups);
                    for (int f = 0; f < each; f++)
                    {
                        int to = ((int[])[index[0], .. place, (group * each) + f]).Zip(output.Shape).Aggregate(0, (sum, axis) => (sum * axis.Second) + axis.First);
                        output.Values[to] += grids[0].Values[from] * grids[1][[.. cell, f, index[^1]]];
                    }
                }
            }

            return output;
        })
        { Tolerance = 1 + (size.Aggregate(1, (a, b) => a * b) * channels) };
    }

    private static Grid Pool(Grid image, Func<int, int, (int First, int End, int Step, int Counted)[]> windows, Func<List<double>, int, double> function)
    {
        (int First, int End, int Step, int Counted)[][] axes = [.. image.Shape[1..^1].Select(windows)];
        return Grid.From([image.Shape[0], .. axes.Select(axis => axis.Length), image.Shape[^1]], index =>
        {
            (int First, int End, int Step, int Counted)[] window = [.. axes.Select((axis, place) => axis[index[place + 1]])];
            List<double> inside = [];
            foreach (int[] cell in Cells([.. window.Select(axis => ((axis.End - 1 - axis.First) / axis.Step) + 1)]))
            {
                int[] place = [.. cell.Select((at, axis) => window[axis].First + (at * window[axis].Step))];
                if (!place.Where((at, axis) => at < 0 || at >= image.Shape[axis + 1]).Any())
                    inside.Add(image[[index[0], .. place, index[^1]]]);
            }

            return function(inside, window.Aggregate(1, (product, axis) => product * axis.Counted));
        });
    }

    private static IEnumerable<int[]> Cells(int[] size) =>
        Enumerable.Range(0, size.Aggregate(1, (product, length) => product * length)).Select(place => Grid.IndexOf(place, size));

    // The paddings' axes are height, width, depth.
    private static (int Before, int After) Border(Padding padding, int axes, int axis, int length, int window, int stride, int dilation) =>
        padding.Of(axes == 3 ? (axis + 2) % 3 : axis + 2 - axes, length, window, stride, dilation);

    private static (int Height, int Width) Pair(int[] lengths) => (lengths[0], lengths[1]);

    private static (int Depth, int Height, int Width) Triple(int[] lengths) => (lengths[0], lengths[1], lengths[2]);
}
