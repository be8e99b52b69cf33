using System.Text.Json.Nodes;
using Laminet.Losses;
using Laminet.Metrics.Detection;
using Laminet.Tensors;
using Laminet.Tensors.Autodiff;
using Laminet.Verification.Golden;

namespace Laminet.Tests.Metrics;

public class DetectionTests
{
    private static readonly JsonObject Golden = GoldenFile.Json("detection.json");

    [Fact]
    public void Overlaps_are_those_of_torchvision()
    {
        JsonNode pairs = Golden["pairs"]!;
        Box[] one = Boxes(pairs["one"]), other = Boxes(pairs["other"]);
        double[] iou = GoldenFile.Numbers(pairs["iou"]), generalized = GoldenFile.Numbers(pairs["giou"]);
        for (int i = 0; i < one.Length; i++)
        {
            Assert.Equal(iou[i], one[i].IoU(other[i]), 1e-12);
            Assert.Equal(generalized[i], one[i].GeneralizedIoU(other[i]), 1e-12);
        }
    }

    [Fact]
    public void The_loss_is_that_of_torchvision()
    {
        JsonNode pairs = Golden["pairs"]!;
        double[] one = GoldenFile.Numbers(pairs["one"]), other = GoldenFile.Numbers(pairs["other"]), expected = GoldenFile.Numbers(pairs["giou_loss"]);
        double[] losses = new GeneralizedIoU(LossReduction.None).Call(Tensor.From(one, [40, 4]), Tensor.From(other, [40, 4])).ToArray<double>();
        Assert.All(expected.Zip(losses), pair => Assert.Equal(pair.First, pair.Second, 1e-12));
    }

    // Trap A22.
    [Fact]
    public void Boxes_apart_and_boxes_without_area_are_defined()
    {
        Assert.Equal(-1.0 / 3, new Box(0, 0, 1, 1).GeneralizedIoU(new Box(2, 0, 3, 1)), 1e-12);
        Assert.Equal(0, new Box(1, 1, 1, 1).GeneralizedIoU(new Box(1, 1, 1, 1)));
        Assert.Equal(4.0 / 3, new GeneralizedIoU().Call(Tensor.From(new double[,] { { 0, 0, 1, 1 } }), Tensor.From(new double[,] { { 2, 0, 3, 1 } })).Item<double>(), 1e-6);
        Tensor point = Tensor.From(new double[,] { { 1, 1, 1, 1 } });
        Assert.Equal(1, new GeneralizedIoU().Call(point, point).Item<double>());
        Assert.All(Gradient.Of(x => new GeneralizedIoU().Call(point, x))(point).ToArray<double>(), slope => Assert.True(double.IsFinite(slope)));
        Assert.StartsWith("GeneralizedIoU: received predictions of shape (2, 3); expected (batch, ..., 4)",
            Assert.Throws<ShapeException>(() => new GeneralizedIoU().Call(Tensor.Zeros([2, 3]), Tensor.Zeros([2, 3]))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Suppression_keeps_what_torchvision_keeps()
    {
        foreach (JsonNode? row in Golden["suppressed"]!.AsArray())
        {
            IReadOnlyList<int> kept = NonMaximumSuppression.Keep(Boxes(row!["boxes"]), GoldenFile.Numbers(row["scores"]), row["threshold"]!.GetValue<double>());
            Assert.Equal(row["kept"]!.AsArray().Select(place => place!.GetValue<int>()), kept);
        }
    }

    // Trap A21.
    [Fact]
    public void Suppression_keeps_order_limits_and_does_not_pass_through_what_is_left_out()
    {
        Box first = new(0, 0, 10, 10);
        Assert.Equal(0.818182, first.IoU(new Box(1, 0, 11, 10)), 1e-6);
        Assert.Equal([0], NonMaximumSuppression.Keep([first, new Box(1, 0, 11, 10)], [0.5, 0.5]));
        // An IoU of 1/2 exactly.
        Assert.Equal([0, 1], NonMaximumSuppression.Keep([first, new Box(0, 0, 10, 20)], [0.9, 0.8], threshold: 0.5));
        Assert.Equal([0, 2], NonMaximumSuppression.Keep([first, new Box(4, 0, 14, 10), new Box(8, 0, 18, 10)], [0.9, 0.8, 0.7], threshold: 0.4));
        Assert.Equal([1], NonMaximumSuppression.Keep([first, new Box(50, 50, 60, 60)], [0.1, 0.2], limit: 1));
        FoundBox[] classes = [new(first, 0, 0.5), new(first, 1, 0.9), new(first, 1, 0.4)];
        Assert.Equal([classes[1], classes[0]], NonMaximumSuppression.Keep(classes));
        Assert.Throws<ArgumentException>(() => NonMaximumSuppression.Keep([first], [double.NaN]));
        Assert.Throws<ArgumentException>(() => NonMaximumSuppression.Keep([first], [0.1, 0.2]));
    }

    // Trap A25.
    [Fact]
    public void Offsets_are_of_middles_and_sizes_and_come_back()
    {
        Box anchor = new(0, 0, 10, 10), box = new(5, 5, 25, 25);
        Assert.Equal((1, 1, Math.Log(2), Math.Log(2)), new BoxCoder().Encode(box, anchor));
        BoxCoder scaled = new(0.1, 0.2);
        var offsets = scaled.Encode(box, anchor);
        Assert.Equal(10, offsets.X, 1e-12);
        Assert.Equal(3.465736, offsets.Height, 1e-6);
        Box back = scaled.Decode(offsets, anchor);
        Assert.Equal(1, back.IoU(box), 1e-12);
        Assert.StartsWith("Received Box", Assert.Throws<ArgumentException>(() => scaled.Encode(box, new Box(0, 0, 0, 5))).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => new BoxCoder(0));
    }

    [Fact]
    public void Average_precisions_are_those_of_the_definitions()
    {
        JsonNode golden = Golden["precision"]!;
        foreach (JsonNode? row in golden["results"]!.AsArray())
        {
            int number = row!["number"]!.GetValue<int>();
            foreach ((AveragePrecisionRule rule, string name) in ((AveragePrecisionRule, string)[])[(AveragePrecisionRule.Voc2010, "voc2010"), (AveragePrecisionRule.Voc2007, "voc2007"), (AveragePrecisionRule.Coco, "coco")])
            {
                MeanAveragePrecision map = new(3, row["threshold"]!.GetValue<double>(), rule);
                foreach ((JsonNode? truth, JsonNode? found) in golden["truth"]!.AsArray().Zip(golden["found"]!.AsArray()))
                {
                    map.Add(
                        [.. truth!.AsArray().Select(one => new TrueBox(Boxes(one!["box"])[0], one["number"]!.GetValue<int>(), one["difficult"]!.GetValue<bool>()))],
                        [.. found!.AsArray().Select(one => new FoundBox(Boxes(one!["box"])[0], one["number"]!.GetValue<int>(), one["score"]!.GetValue<double>()))]);
                }

                Assert.Equal(row[name]!.GetValue<double>(), map.OfClass(number)!.Value, 1e-12);
            }
        }
    }

    // Trap A23.
    [Theory]
    [InlineData(AveragePrecisionRule.Voc2007, 7.0 / 11)]
    [InlineData(AveragePrecisionRule.Voc2010, 2.0 / 3)]
    [InlineData(AveragePrecisionRule.Coco, 67.0 / 101)]
    public void Two_of_three_objects_give_what_each_rule_says(AveragePrecisionRule rule, double expected)
    {
        Box[] boxes = [new(0, 0, 10, 10), new(20, 0, 30, 10), new(40, 0, 50, 10)];
        MeanAveragePrecision map = new(1, rule: rule);
        map.Add([.. boxes.Select(box => new TrueBox(box, 0))], [new(boxes[0], 0, 0.9), new(boxes[1], 0, 0.8)]);
        Assert.Equal(expected, map.Result(), 1e-12);
    }

    // Trap A24.
    [Fact]
    public void A_class_without_objects_is_left_out_and_wrong_use_is_told()
    {
        Box box = new(0, 0, 10, 10);
        MeanAveragePrecision map = new(2);
        map.Add([new(box, 0)], [new(box, 0, 0.9), new(box, 1, 0.8)]);
        Assert.Null(map.OfClass(1));
        Assert.Equal(1, map.Result());
        Assert.Equal(double.NaN, new MeanAveragePrecision(2).Result());
        Assert.StartsWith("Received the class 2; expected 0 to 1.", Assert.Throws<ArgumentOutOfRangeException>(() => map.Add([new(box, 2)], [])).Message, StringComparison.Ordinal);
        Assert.StartsWith("Received the class -1; expected 0 to 1.", Assert.Throws<ArgumentOutOfRangeException>(() => map.Add([], [new(box, -1, 0.5)])).Message, StringComparison.Ordinal);
        Assert.StartsWith("Received the class 2; expected 0 to 1.", Assert.Throws<ArgumentOutOfRangeException>(() => map.OfClass(2)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => map.Add([], [new(box, 0, double.NaN)]));
        Assert.Throws<ArgumentOutOfRangeException>(() => NonMaximumSuppression.Keep([box], [0.5], threshold: double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => NonMaximumSuppression.Keep([new FoundBox(box, 0, 0.9)], limit: -1));
    }

    private static Box[] Boxes(JsonNode? node) => [.. GoldenFile.Numbers(node).Chunk(4).Select(sides => new Box(sides[0], sides[1], sides[2], sides[3]))];
}
