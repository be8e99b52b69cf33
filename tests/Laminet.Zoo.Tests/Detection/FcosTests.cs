using Laminet.Metrics.Detection;
using Laminet.Tensors;
using Laminet.Training;
using Laminet.Zoo.Detection;
using Laminet.Zoo.Models;

namespace Laminet.Zoo.Tests.Detection;

public class FcosTests
{
    [Fact]
    public void Cells_in_the_middle_of_an_object_see_its_sides()
    {
        // The middle of cell (2, 3) is at x = 28, y = 20.
        Tensor targets = FcosBoxes.Targets([new(new Box(10, 4, 50, 40), 2)], 64, 80);
        Assert.Equal(new Shape(8, 10, 5), targets.Shape);
        float[] cell = targets.Slice(2, 3).Slice(3, 4, axis: 1).ToArray<float>();
        Assert.Equal([2, (28 - 10) / 8f, (20 - 4) / 8f, (50 - 28) / 8f, (40 - 20) / 8f], cell);
        // Cells within 12 pixels of (30, 22) along both axes: columns 2 to 4, rows 1 to 3.
        float[] numbers = targets.Slice(0, 1, axis: -1).ToArray<float>();
        Assert.Equal(9, numbers.Count(number => number == 2));
        Assert.All(numbers.Index().Where(one => one.Item == 2), one => Assert.True(one.Index % 10 is >= 2 and <= 4 && one.Index / 10 is >= 1 and <= 3));
    }

    [Fact]
    public void Of_several_objects_a_cell_sees_the_smallest_and_no_difficult_one()
    {
        Tensor targets = FcosBoxes.Targets([new(new Box(8, 8, 24, 24), 1), new(new Box(0, 0, 48, 48), 0), new(new Box(12, 12, 20, 20), 2, IsDifficult: true)], 48, 48);
        Assert.Equal(1, targets.Slice(1, 2).Slice(1, 2, axis: 1).ToArray<float>()[0]);
        Assert.Equal(0, targets.Slice(3, 4).Slice(3, 4, axis: 1).ToArray<float>()[0]);
    }

    // What the targets say, as logits and distances before softplus, comes back as the boxes.
    [Fact]
    public void Predictions_like_the_targets_give_the_boxes()
    {
        TrueBox[] truth = [new(new Box(10, 4, 50, 40), 2), new(new Box(40, 36, 70, 60), 0)];
        float[] targets = FcosBoxes.Targets(truth, 64, 80).ToArray<float>(), predictions = new float[80 * 8];
        for (int cell = 0; cell < 80; cell++)
        {
            predictions.AsSpan(cell * 8, 3).Fill(-9);
            if (targets[cell * 5] >= 0)
                predictions[(cell * 8) + (int)targets[cell * 5]] = 9;
            for (int side = 0; side < 4; side++)
                predictions[(cell * 8) + 3 + side] = (float)Math.Log(Math.Exp(targets[(cell * 5) + 1 + side]) - 1);
        }

        IReadOnlyList<FoundBox> found = FcosBoxes.Found(Tensor.From(predictions, [8, 10, 8]));
        Assert.Equal([0, 2], found.Select(one => one.Class).Order());
        Assert.All(truth, one => Assert.True(found.Single(other => other.Class == one.Class).Box.IoU(one.Box) > 0.9999));
    }

    [Fact]
    public void The_loss_of_a_cell_is_that_of_its_definition()
    {
        // Two cells, of which one is an object of class 1, of two classes.
        double[] sides = [1, 2, 3, 2], distances = [0.5, 1.5, 2.5, 2], logits = [-1, 0.5, -2, -0.3];
        double[] raw = [.. distances.Select(distance => Math.Log(Math.Exp(distance) - 1))];
        const double CenterLogit = 0.4;
        Tensor targets = Tensor.From([1, .. sides, -1, 1, 1, 1, 1], [1, 1, 2, 5]);
        Tensor predictions = Tensor.From([logits[0], logits[1], .. raw, CenterLogit, logits[2], logits[3], .. raw, CenterLogit], [1, 1, 2, 7]);
        double[] losses = new FcosLoss(2, Losses.LossReduction.None).Call(targets, predictions).ToArray<double>();

        double center = Math.Sqrt(1.0 / 3 * (2.0 / 2)), shared = (0.5 + 2.5) * (1.5 + 2), union = (4 * 4) + (3 * 3.5) - shared, enclosing = 4 * 4;
        double overlap = 1 - (shared / union) + ((enclosing - union) / enclosing);
        double centrality = -(center * Math.Log(P(CenterLogit))) - ((1 - center) * Math.Log(1 - P(CenterLogit)));
        Assert.Equal(No(logits[0]) + Yes(logits[1]) + (center * overlap) + centrality, losses[0], 1e-6);
        Assert.Equal(No(logits[2]) + No(logits[3]), losses[1], 1e-6);

        static double P(double logit) => 1 / (1 + Math.Exp(-logit));

        static double Yes(double logit) => -0.25 * Math.Pow(1 - P(logit), 2) * Math.Log(P(logit));

        static double No(double logit) => -0.75 * Math.Pow(P(logit), 2) * Math.Log(1 - P(logit));
    }

    [Fact]
    public void Tensors_of_a_batch_give_the_targets_of_its_images()
    {
        TrueBox[] first = [new(new Box(10, 4, 50, 40), 2), new(new Box(0, 0, 30, 30), 0)], second = [new(new Box(8, 8, 24, 24), 1)];
        Tensor boxes = Tensor.From([10f, 4, 50, 40, 0, 0, 30, 30, 8, 8, 24, 24, -1, -1, -1, -1], [2, 2, 4]), labels = Tensor.From((int[])[2, 0, 1, -1], [2, 2]);
        Assert.Equal(first, TrueBox.ListOf(boxes.At(0), labels.At(0)));
        Assert.Equal(second, TrueBox.ListOf(boxes.At(1), labels.At(1)));
        Assert.Equal(
            [.. FcosBoxes.Targets(first, 48, 64, radius: 1).ToArray<float>(), .. FcosBoxes.Targets(second, 48, 64, radius: 1).ToArray<float>()],
            FcosBoxes.Targets(boxes, labels, 48, 64, radius: 1).ToArray<float>());
        Assert.Equal("Received boxes of shape (2, 2, 4) and labels of shape (2,); expected those of a batch, (batch, n, 4) and (batch, n).",
            Assert.Throws<ShapeException>(() => FcosBoxes.Targets(boxes, labels.At(0), 48, 64)).Message);
        Assert.Equal("Received boxes of shape (2, 4) and labels of shape (2, 2); expected those of one image, (n, 4) and (n,).", Assert.Throws<ShapeException>(() => TrueBox.ListOf(boxes.At(0), labels)).Message);
    }

    [Fact]
    public void Learns_to_find_bright_and_dark_rectangles()
    {
        const int Side = 64;
        Random random = new(4);
        (float[] Pixels, TrueBox[] Truth)[] examples = [.. Enumerable.Range(0, 48).Select(_ => Example())];
        Tensor images = Tensor.From(examples.SelectMany(one => one.Pixels).ToArray(), [48, Side, Side, 3]);
        Tensor targets = Tensor.Stack([.. examples.Select(one => FcosBoxes.Targets(one.Truth, Side, Side))]);
        Model model = Fcos.Create(new() { InputShape = [Side, Side, 3], Classes = 2, Seed = 2 }, width: 8);
        model.Compile(new Optimizers.Adam(3e-3), new FcosLoss(2));
        model.Fit(images, targets, batchSize: 8, epochs: 25);

        Tensor predictions = model.Predict(images);
        // The loss comes back with the file.
        string file = Path.Combine(Path.GetTempPath(), $"fcos-{Guid.NewGuid():N}.laminet");
        try
        {
            model.Save(file);
            Assert.True(double.IsFinite(Model.Load(file).TrainOnBatch(images.Slice(0, 8), targets.Slice(0, 8))["loss"]));
        }
        finally
        {
            File.Delete(file);
        }

        MeanAveragePrecision map = new(2);
        for (int i = 0; i < examples.Length; i++)
            map.Add(examples[i].Truth, FcosBoxes.Found(predictions.Slice(i, i + 1).Squeeze(0)));
        Assert.True(map.Result() > 0.8, $"The mean average precision is {map.Result():F3}; expected more than 0.8.");

        (float[], TrueBox[]) Example()
        {
            float[] pixels = [.. Enumerable.Range(0, Side * Side * 3).Select(_ => 128f + random.Next(-20, 21))];
            TrueBox[] truth = new TrueBox[2];
            for (int i = 0; i < 2; i++)
            {
                (int width, int height, int number) = (random.Next(14, 26), random.Next(14, 26), random.Next(2));
                (int left, int top) = ((32 * i) + random.Next(0, 32 - width), random.Next(0, Side - height));
                truth[i] = new(new Box(left, top, left + width, top + height), number);
                for (int y = top; y < top + height; y++)
                {
                    for (int x = left; x < left + width; x++)
                        pixels.AsSpan(((y * Side) + x) * 3, 3).Fill(number == 0 ? 230 : 20);
                }
            }

            return (pixels, truth);
        }
    }

    [Fact]
    public void A_plan_knows_the_targets()
    {
        Model model = Fcos.Create(new() { InputShape = [32, 32, 3], Classes = 3, Seed = 1 }, width: 4);
        model.Compile("adam", new FcosLoss(3));
        Assert.True(model.Plan(2).TrainingBytes > 0);
    }

    [Fact]
    public void Boxes_that_are_none_have_no_cell_and_classes_that_are_none_are_refused()
    {
        float[] numbers = FcosBoxes.Targets([new(new Box(double.NaN, 4, 50, 40), 1)], 64, 64).Slice(0, 1, axis: -1).ToArray<float>();
        Assert.All(numbers, number => Assert.Equal(-1, number));
        Assert.Contains("class -1; expected 0 or more", Assert.Throws<ArgumentOutOfRangeException>(() => FcosBoxes.Targets([new(new Box(0, 0, 9, 9), -1)], 64, 64)).Message, StringComparison.Ordinal);
        Assert.Contains("height = 100; expected a multiple of 16", Assert.Throws<ArgumentOutOfRangeException>(() => FcosBoxes.Targets([], 100, 64)).Message, StringComparison.Ordinal);
        Tensor targets = FcosBoxes.Targets([new(new Box(0, 0, 32, 32), 3)], 32, 32).ExpandDims(0);
        Assert.Contains("FcosLoss", Assert.Throws<ArgumentOutOfRangeException>(() => new FcosLoss(3).Call(targets, Tensor.Zeros([1, 4, 4, 8]))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_does_not_fit_is_an_error()
    {
        Assert.StartsWith("FcosLoss: received targets of shape (1, 2, 2, 4) and predictions of shape (1, 2, 2, 8); expected (batch, rows, columns, 5) and (batch, rows, columns, 8).",
            Assert.Throws<ShapeException>(() => new FcosLoss(3).Call(Tensor.Zeros([1, 2, 2, 4]), Tensor.Zeros([1, 2, 2, 8]))).Message, StringComparison.Ordinal);
        Assert.Throws<ShapeException>(() => FcosBoxes.Found(Tensor.Zeros([1, 2, 2, 8])));
        Assert.StartsWith("The model fcos received images of shape (100, 64, 3)", Assert.Throws<ArgumentException>(() => Fcos.Create(new() { InputShape = [100, 64, 3] })).Message, StringComparison.Ordinal);
    }
}
