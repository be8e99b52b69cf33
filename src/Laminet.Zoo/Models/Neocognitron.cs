using Laminet.Configuration;
using Laminet.Tensors;
using Laminet.Tensors.Compilation;

namespace Laminet.Zoo.Models;

/// <summary>
/// Fukushima's neocognitron: layers of S-cells, which look for patterns, and C-cells, which answer if one of their S-cells nearby does, so that each pair of layers finds larger patterns and minds less where they are.
/// No gradient is used. The first S-cells are taught edges of 16 directions. The second and third learn without labels: where something is seen that no cell knows, a new plane of cells learns it, else the
/// plane that answers most. The last learn with labels: an image that is taken for another class becomes a new plane of its own class.
/// (Fukushima, "Neocognitron: a self-organizing neural network model for a mechanism of pattern recognition unaffected by shift in position", Biological Cybernetics 36, 1980; the layers, the inhibition and the
/// last layer are those of "Neocognitron for handwritten digit recognition", Neurocomputing 51, 2003, for smaller images.)
/// </summary>
/// <example><code>
/// Neocognitron network = new();
/// network.Fit(data.TrainImages, data.TrainLabels);
/// Tensor classes = network.Predict(data.TestImages);   // Int32 (images,)
/// </code></example>
public sealed class Neocognitron
{
    private const int Directions = 16, Batch = 200, EdgeSide = 5;

    private List<SimpleCells> layers = [];
    private List<int> classes = [];
    private Shape shape = Shape.Scalar;
    private CompiledFunction? recognise;

    /// <summary>The least similarity that S-cells of the four layers answer; 0.5, 0.7, 0.7 and 0.3 by default.</summary>
    public IReadOnlyList<double> Thresholds
    {
        get;
        init => field = Setting.Require(value, value is { Count: 4 } && value.All(one => one is > 0 and < 1), "four numbers above 0 and below 1", nameof(Thresholds));
    } = [0.5, 0.7, 0.7, 0.3];

    /// <summary>A pattern that is less similar than this to all planes of the second or third layer makes a new plane; 0.8 and 0.8 by default.</summary>
    public IReadOnlyList<double> Novelty
    {
        get;
        init => field = Setting.Require(value, value is { Count: 2 } && value.All(one => one is > 0 and <= 1), "two numbers above 0, at most 1", nameof(Novelty));
    } = [0.8, 0.8];

    /// <summary>The most planes of the second and third layer; 100 and 200 by default.</summary>
    public IReadOnlyList<int> MostPlanes
    {
        get;
        init => field = Setting.Require(value, value is { Count: 2 } && value.All(one => one >= 1), "two numbers, 1 or more", nameof(MostPlanes));
    } = [100, 200];

    /// <summary>How many images the second and third layer learn from, the first ones; 2,000 by default. The last layer learns from all.</summary>
    public int Lessons { get; init => field = Setting.Require(value, value >= 1, "1 or more", nameof(Lessons)); } = 2000;

    /// <summary>At how many places of an image a layer learns, those where it sees most; 6 by default.</summary>
    public int Seeds { get; init => field = Setting.Require(value, value >= 1, "1 or more", nameof(Seeds)); } = 6;

    /// <summary>The number of planes of the four layers of S-cells, after <see cref="Fit"/>.</summary>
    public IReadOnlyList<int> Planes => [.. layers.Select(layer => layer.Planes)];

    /// <summary>Learns images, layer by layer; what was learned before is forgotten, unless this fails.</summary>
    /// <param name="images">Images (images, height, width) or (images, height, width, 1), bytes or numbers from 0 to 255; sides of 16 or more.</param>
    /// <param name="labels">The class of each, 0 or more, integers (images,).</param>
    /// <exception cref="ArgumentException">The shapes or labels are not those, or the images show nothing.</exception>
    public void Fit(Tensor images, Tensor labels)
    {
        images = Checked(images);
        ArgumentNullException.ThrowIfNull(labels);
        if (labels.Rank != 1 || labels.Shape[0] != images.Shape[0] || labels.DType.IsFloat())
            throw new ArgumentException($"{nameof(Neocognitron)}: received labels {labels.DType} {labels.Shape} for {images.Shape[0]} images; expected one integer for each, ({images.Shape[0]},).", nameof(labels));
        int[] of = labels.Cast(DType.Int32).ToArray<int>();
        if (of.Length == 0 || of.Min() < 0)
            throw new ArgumentException($"{nameof(Neocognitron)}: received {(of.Length == 0 ? "no images" : "a label below 0")}; expected images with labels of 0 or more.", nameof(labels));
        (List<SimpleCells>, List<int>) before = (layers, classes);
        (layers, classes) = ([], []);
        try
        {
            LearnEdges();
            foreach (int layer in (ReadOnlySpan<int>)[1, 2])
                LearnPatterns(images.Slice(0, Math.Min(Lessons, images.Shape[0])), layer);
            LearnClasses(images, of);
        }
        catch
        {
            (layers, classes) = before;
            throw;
        }

        (shape, recognise) = (images.Shape[1..], null);
    }

    /// <summary>The class of each image: that of the last layer's plane that answers most.</summary>
    /// <param name="images">Images as <see cref="Fit"/> takes them, of the same size.</param>
    /// <returns>Int32 (images,).</returns>
    /// <exception cref="InvalidOperationException">Nothing was learned yet.</exception>
    public Tensor Predict(Tensor images)
    {
        if (layers.Count < 4)
            throw new InvalidOperationException($"{nameof(Neocognitron)}: there is nothing learned yet; call {nameof(Fit)} first.");
        images = Checked(images);
        if (images.Shape[1..] != shape)
            throw new ArgumentException($"{nameof(Neocognitron)}: received images of {images.Shape[1..]}; expected {shape}, the size it learned.", nameof(images));
        recognise ??= Function.Compile(batch => [layers[3].Answer(Maps(batch[0], 3), Padding.Valid).Reshape(-1, layers[3].Planes).ArgMax()]);
        return Tensor.From([.. Batches(images).SelectMany(batch => recognise.Call(batch).Only.ToArray<int>()).Select(plane => classes[plane])]);
    }

    // Edges in all directions, each a step from dark to bright through the middle of a small image.
    private void LearnEdges()
    {
        const int side = 15;
        SimpleCells cells = new(EdgeSide, 2, Thresholds[0]);
        for (int direction = 0; direction < Directions; direction++)
        {
            (double sine, double cosine) = Math.SinCos(2 * Math.PI * direction / Directions);
            float[] pixels = [.. Enumerable.Range(0, side * side).Select(i => (float)Math.Clamp((((i / side) - (side / 2)) * sine) + (((i % side) - (side / 2)) * cosine) + 0.5, 0, 1))];
            float[] contrast = Contrasts(Tensor.From(pixels, [1, side, side, 1])).ToArray<float>();
            cells.Learn(direction, Patch(contrast, side, side, 2, side / 2, side / 2, EdgeSide));
        }

        layers.Add(cells);
    }

    private void LearnPatterns(Tensor images, int layer)
    {
        const int side = 5;
        SimpleCells? cells = null;
        CompiledFunction see = Function.Compile(batch =>
        {
            Tensor maps = Maps(batch[0], layer);
            cells ??= new SimpleCells(side, maps.Shape[-1], Thresholds[layer]);
            return [maps, cells.Strengths(maps, Padding.Same)];
        });
        foreach (Tensor batch in Batches(images))
        {
            Bundle<Tensor> seen = see.Call(batch);
            (int height, int width, int inputs) = (seen[0].Shape[1], seen[0].Shape[2], seen[0].Shape[3]);
            for (int image = 0; image < batch.Shape[0]; image++)
            {
                float[] maps = seen[0].At(image).ToArray<float>();
                foreach (int place in StrongestPlaces(seen[1].At(image).ToArray<float>(), width, side / 2))
                {
                    float[] pattern = Patch(maps, height, width, inputs, place / width, place % width, side);
                    float[] similarities = cells!.Compare(pattern);
                    int winner = Winner(similarities);
                    bool isNew = winner < 0 || similarities[winner] < Novelty[layer - 1];
                    if (isNew && cells.Planes < MostPlanes[layer - 1])
                        cells.Learn(cells.Planes, pattern);
                    else if (winner >= 0)
                        cells.Learn(winner, pattern);
                }
            }
        }

        if (cells!.Planes == 0)
            throw new ArgumentException($"{nameof(Neocognitron)}: layer {layer} answers nothing in the first {images.Shape[0]} images, so layer {layer + 1} has nothing to learn. Expected images with edges, from 0 to 255, or lower {nameof(Thresholds)}.", nameof(images));
        layers.Add(cells);
    }

    private void LearnClasses(Tensor images, int[] labels)
    {
        SimpleCells? cells = null;
        CompiledFunction see = Function.Compile(batch => [Maps(batch[0], 3)]);
        int image = 0;
        foreach (Tensor batch in Batches(images))
        {
            Tensor seen = see.Call(batch).Only;
            cells ??= new SimpleCells(seen.Shape[1], seen.Shape[3], Thresholds[3]);
            for (int i = 0; i < batch.Shape[0]; i++, image++)
            {
                float[] pattern = seen.At(i).ToArray<float>();
                int winner = Winner(cells.Compare(pattern));
                bool isRight = winner >= 0 && classes[winner] == labels[image];
                cells.Learn(isRight ? winner : cells.Planes, pattern);
                if (!isRight)
                    classes.Add(labels[image]);
            }
        }

        layers.Add(cells!);
    }

    // What the C-cells before an S-layer give: square maps for the last one, with zeros around.
    private Tensor Maps(Tensor images, int layer)
    {
        Tensor maps = Contrasts(images.Cast(DType.Float32) / 255);
        for (int before = 0; before < layer; before++)
            maps = Pooled(layers[before].Answer(maps, Padding.Same), before < 2 ? 5 : 3);
        int missing = maps.Shape[1] - maps.Shape[2];
        return layer < 3 || missing == 0 ? maps : maps.Pad([(0, 0), (0, Math.Max(0, -missing)), (0, Math.Max(0, missing)), (0, 0)]);
    }

    // Where it is brighter than around, and where darker: the difference of two Gaussians, its parts above and below 0.
    private static Tensor Contrasts(Tensor images)
    {
        Tensor difference = images.Convolution((Gaussian(7, 0.9) - Gaussian(7, 1.8)).Reshape(7, 7, 1, 1), null, (1, 1), Padding.Same);
        return Tensor.Concatenate([difference.Relu(), (-difference).Relu()], axis: -1);
    }

    // C-cells: a weighted sum x of the S-cells nearby, and x / (1 + x) of it; at every second place.
    private static Tensor Pooled(Tensor maps, int side)
    {
        int planes = maps.Shape[-1];
        Tensor sums = maps.Convolution(Gaussian(side, side / 3.0).Reshape(side, side, 1, 1).BroadcastTo([side, side, 1, planes]), null, (2, 2), Padding.Same, groups: planes) * (side * side / 4.0);
        return sums / (1 + sums);
    }

    // Adds up to 1.
    private static Tensor Gaussian(int side, double width)
    {
        double[] weights = [.. Enumerable.Range(0, side * side).Select(i => Math.Exp(-(Math.Pow((i / side) - (side / 2), 2) + Math.Pow((i % side) - (side / 2), 2)) / (2 * width * width)))];
        double sum = weights.Sum();
        return Tensor.From([.. weights.Select(weight => (float)(weight / sum))]);
    }

    // Places in the order of what is seen there, each at some distance from those before.
    private List<int> StrongestPlaces(float[] strengths, int width, int apart)
    {
        List<int> places = [];
        foreach (int place in Enumerable.Range(0, strengths.Length).OrderByDescending(i => strengths[i]))
        {
            if (places.Count == Seeds || strengths[place] <= 0)
                break;
            if (places.TrueForAll(other => Math.Max(Math.Abs((other / width) - (place / width)), Math.Abs((other % width) - (place % width))) > apart))
                places.Add(place);
        }

        return places;
    }

    // What a cell at a place sees, zeros beyond the border.
    private static float[] Patch(float[] maps, int height, int width, int planes, int row, int column, int side)
    {
        float[] patch = new float[side * side * planes];
        for (int down = 0; down < side; down++)
        {
            int from = row - (side / 2) + down, first = Math.Max(0, column - (side / 2)), last = Math.Min(width, column + (side / 2) + 1);
            if (from >= 0 && from < height)
                maps.AsSpan(((from * width) + first) * planes, (last - first) * planes).CopyTo(patch.AsSpan(((down * side) + first - column + (side / 2)) * planes));
        }

        return patch;
    }

    // The most similar plane; -1 if there is none, or nothing was seen.
    private static int Winner(float[] similarities)
    {
        int winner = System.Numerics.Tensors.TensorPrimitives.IndexOfMax<float>(similarities);
        return winner >= 0 && similarities[winner] > 0 ? winner : -1;
    }

    private static IEnumerable<Tensor> Batches(Tensor images)
    {
        for (int first = 0; first < images.Shape[0]; first += Batch)
            yield return images.Slice(first, Math.Min(first + Batch, images.Shape[0]));
    }

    private static Tensor Checked(Tensor images)
    {
        ArgumentNullException.ThrowIfNull(images);
        if (images.Rank == 3)
            images = images.ExpandDims(-1);
        if (images.DType.IsFloat() && !images.IsFinite().All().Item<bool>())
            throw new ArgumentException($"{nameof(Neocognitron)}: the images contain NaN or infinity; expected numbers from 0 to 255. Leave those images out.", nameof(images));
        return images.Rank == 4 && images.Shape[-1] == 1 && images.Shape[1] >= 16 && images.Shape[2] >= 16
            ? images
            : throw new ArgumentException($"{nameof(Neocognitron)}: received images of shape {images.Shape}; expected (images, height, width) or (images, height, width, 1), grey, with sides of 16 or more.", nameof(images));
    }
}
