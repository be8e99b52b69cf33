using Laminet.Layers;
using Laminet.Metrics.Reports;
using Laminet.Tensors;
using Laminet.Training;
using SkiaSharp;

namespace Laminet.Plots.Tests;

public sealed class ChartTests : IDisposable
{
    private const string Blue = "#1F77B4", Orange = "#FF7F0E";

    private readonly string folder = Directory.CreateTempSubdirectory("laminet-plots-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    // The loss halves from epoch to epoch, and the validation stands still.
    [Fact]
    public void Curves_of_a_log_go_where_the_numbers_say()
    {
        string path = Written("epoch,loss,val_loss,accuracy\n0,8,1,0.5\n1,4,1,\n2,2,1,0.75\n");
        Chart chart = Chart.TrainingCurves(path);
        Drawn drawn = new(chart);
        (double X, double Y)[] training = Assert.Single(drawn.Lines(Blue), line => line.Length == 3), validation = Assert.Single(drawn.Lines(Orange), line => line.Length == 3);
        // Equal steps to the right; 8 to 4 is twice as far down as 4 to 2.
        Assert.Equal(training[1].X - training[0].X, training[2].X - training[1].X, 0.01);
        Assert.Equal(2, (training[1].Y - training[0].Y) / (training[2].Y - training[1].Y), 0.01);
        Assert.Equal(validation[0].Y, validation[2].Y, 0.01);
        // From 2 to 1 it is as far as half of 4 to 2, the second half.
        Assert.Equal((training[2].Y - training[1].Y) / 2, validation[2].Y - training[2].Y, 0.01);
        // The accuracy has a panel of its own, and no second epoch.
        Assert.Single(drawn.Lines(Blue), line => line.Length == 2 && line[1].X - line[0].X > 100);
        // No panel is cleared by the next.
        Assert.Equal(new SKColor(31, 119, 180), drawn.Pixel(training[1].X, training[1].Y));
        string[] texts = [.. drawn.Texts.Select(text => text.Text)];
        Assert.All((string[])["loss", "accuracy", "epoch", "training", "validation", "1", "2", "3"], text => Assert.Contains(text, texts));
        Assert.Equal((chart.Width, chart.Height), (drawn.Width, drawn.Height));
        Assert.Equal((2 * 620, 380), (chart.Width, chart.Height));
    }

    [Fact]
    public void Curves_of_a_history_are_its_figures()
    {
        Sequential model = new(seed: 1, new Input([2]), new Dense(1));
        model.Compile("sgd", "mse", ["mae"]);
        Tensor x = new RandomKey(1).Normal([64, 2]);
        History history = model.Fit(x, x.Sum(1, keepDims: true), epochs: 3, validationSplit: 0.25);
        string[] texts = [.. new Drawn(Chart.TrainingCurves(history)).Texts.Select(text => text.Text)];
        Assert.Contains("loss", texts);
        Assert.Contains("mae", texts);
        Assert.DoesNotContain("mae", new Drawn(Chart.TrainingCurves(history, ["loss"])).Texts.Select(text => text.Text));
        Assert.Contains("TrainingCurves: the history has no figure 'los'. Did you mean 'loss'?", Assert.Throws<ArgumentException>(() => Chart.TrainingCurves(history, ["los"])).Message, StringComparison.Ordinal);
    }

    // Without a font ScottPlot leaves text out, silently; on Linux Skia finds none of the system.
    [Fact]
    public void Text_is_drawn_in_the_font_of_the_assembly()
    {
        Tensor point = Tensor.From(new double[,] { { 0, 0 } });
        Drawn without = new(Chart.Scatter(point)), with = new(Chart.Scatter(point, title: "An Überschrift of some length"));
        Assert.All(with.Fonts, font => Assert.Equal("DejaVu Sans", font));
        Assert.Contains("An Überschrift of some length", with.Texts.Select(text => text.Text));
        Assert.True(with.DarkPixels() > without.DarkPixels() + 300, $"{with.DarkPixels()} {without.DarkPixels()}");
        Assert.True(without.DarkPixels() > 300);
        Assert.IsType<EmbeddedFont>(ScottPlot.Fonts.FontResolvers[0]);
    }

    [Fact]
    public void A_confusion_matrix_has_its_counts_and_shares_in_their_places()
    {
        // Three of class 0: two right, one taken for class 2; one of class 1, right; class 2 is always taken for 0.
        ConfusionMatrix matrix = ConfusionMatrix.Of(Tensor.From(0, 0, 0, 1, 2, 2, 2, 2), Tensor.From(0, 0, 2, 1, 0, 0, 0, 0), names: ["zero", "one", "two"]);
        Drawn drawn = new(Chart.ConfusionMatrix(matrix));
        (string Text, double X, double Y)[] counts = [.. drawn.Texts.Where(text => text.Text is "1" or "2" or "4")];
        (string _, double left, double top) = counts.Single(text => text.Text == "2");
        (string _, double fourLeft, double bottom) = counts.Single(text => text.Text == "4");
        (string _, double middle, double centre) = counts.Where(text => text.Text == "1").MaxBy(text => text.Y);
        // Rows are the true classes, the first on top.
        Assert.Equal(left, fourLeft, 3.0);
        Assert.True(top < centre && centre < bottom && left < middle, $"{top} {centre} {bottom} {left} {middle}");
        // Beside the numbers: shares of 2/3, 1 and 0 of a class.
        double side = middle - left;
        int Shade(double x, double y) => drawn.Pixel(x + (0.35 * side), y + (0.3 * side)).Red;
        Assert.True(Shade(middle, centre) < Shade(left, top), $"{Shade(middle, centre)} {Shade(left, top)}");
        Assert.Equal(Shade(middle, centre), Shade(left, bottom));
        Assert.True(Shade(left, top) < 150 && Shade(middle, top) > 220, $"{Shade(left, top)} {Shade(middle, top)}");
        Assert.All((string[])["zero", "one", "two", "true", "predicted"], text => Assert.Contains(text, drawn.Texts.Select(one => one.Text)));
    }

    [Fact]
    public void A_matrix_of_many_classes_has_colours_without_numbers()
    {
        Tensor each = Tensor.Range(0, 300);
        Chart chart = Chart.ConfusionMatrix(ConfusionMatrix.Of(each, each));
        Assert.InRange(chart.Width, 64, 2000);
        Assert.InRange(new Drawn(chart).Texts.Count, 100, 130);
    }

    // A perfect score goes up first and then to the right.
    [Fact]
    public void A_roc_curve_goes_through_its_points()
    {
        RocCurve perfect = RocCurve.Of(Tensor.From(0, 0, 1, 1), Tensor.From(0.1, 0.2, 0.8, 0.9));
        Drawn drawn = new(Chart.Roc(("net", perfect)));
        (double X, double Y)[] line = Assert.Single(drawn.Lines(Blue), line => line.Length > 2);
        Assert.Equal(line[0].X, line[^2].X, 0.01);
        Assert.Equal(line[^2].Y, line[^1].Y, 0.01);
        Assert.True(line[0].Y > line[^1].Y && line[^1].X > line[0].X);
        Assert.Contains("net (area 1.0000)", drawn.Texts.Select(text => text.Text));
    }

    // A power of two on a logarithmic axis is a straight line; what has no logarithm is left out.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Lines_go_through_their_points(bool logarithmic)
    {
        Drawn drawn = new(Chart.Lines([("powers", [1, 2, 3, 4], [2, 4, 8, double.NaN]), ("other", [1, 3], [2, 8])], "losses", "step", "loss", logarithmic));
        (double X, double Y)[] powers = Assert.Single(drawn.Lines(Blue), line => line.Length == 3), other = Assert.Single(drawn.Lines(Orange), line => line.Length == 2 && line[1].X - line[0].X > 100);
        Assert.Equal(powers[1].X - powers[0].X, powers[2].X - powers[1].X, 0.01);
        Assert.Equal(logarithmic ? 1 : 2, (powers[2].Y - powers[1].Y) / (powers[1].Y - powers[0].Y), 0.01);
        Assert.Equal((powers[0], powers[2]), (other[0], other[1]));
        Assert.All((string[])["losses", "step", "loss", "powers", "other"], text => Assert.Contains(text, drawn.Texts.Select(one => one.Text)));
        Drawn wide = new(Chart.Lines([("wide", [1, 2, 3], [0, 1e-6, 1e6])], logarithmic: true));
        Assert.Contains("1", wide.Texts.Select(text => text.Text));
        Assert.Single(wide.Lines(Blue), line => line.Length == 2 && line[1].X - line[0].X > 100);
    }

    [Fact]
    public void A_surface_has_its_colours_and_paths_in_their_places()
    {
        // It rises upwards; the path goes from the lower left to the middle.
        Tensor rising = Tensor.Range(0, 50, DType.Float64).Reshape([50, 1]).BroadcastTo([50, 30]);
        Drawn drawn = new(Chart.Surface(rising, (-1, 1), (0, 10), [("way", Tensor.From(new double[,] { { -0.5, 2 }, { 0, 5 }, { 0, 8 } }))], "hill", contours: 0));
        (double X, double Y)[] way = Assert.Single(drawn.Lines(Orange), line => line.Length == 3);
        Assert.True(way[1].X > way[0].X && way[1].Y < way[0].Y);
        Assert.Equal(way[1].X, way[2].X, 0.01);
        Assert.Equal(way[0].Y - way[1].Y, way[1].Y - way[2].Y, 0.01);
        // White is least, blue greatest; right of the path, 30 pixels are within the surface.
        (SKColor low, SKColor middle, SKColor high) = (drawn.Pixel(way[1].X + 30, way[0].Y), drawn.Pixel(way[1].X + 30, way[1].Y), drawn.Pixel(way[1].X + 30, way[2].Y));
        Assert.True(low.Red > middle.Red + 20 && middle.Red > high.Red + 20, $"{low} {middle} {high}");
        Assert.All((string[])["hill", "way"], text => Assert.Contains(text, drawn.Texts.Select(one => one.Text)));
        int without = drawn.Lines("gray").Count, with = new Drawn(Chart.Surface(rising, (-1, 1), (0, 10), contours: 5)).Lines("gray").Count;
        Assert.True(with >= without + 4, $"{without} {with}");
        Assert.NotEmpty(Chart.Surface(rising.ZerosLike(), (0, 1), (0, 1)).ToPng());
    }

    [Fact]
    public void Lines_and_surfaces_that_cannot_be_drawn_are_told()
    {
        Says("Lines: received 0 curves; expected 1 to 20, to be told apart.", () => Chart.Lines([]));
        Says("Lines: received 2 numbers of x and 1 of y for 'a'; expected as many of both.", () => Chart.Lines([("a", [1, 2], [3])]));
        Says("Lines: 'a' has no point that can be drawn; expected finite numbers above 0. Leave the curve out.", () => Chart.Lines([("a", [1], [-3])], logarithmic: true));
        Tensor flat = Tensor.Zeros([3, 3]);
        Says("Surface: received values of shape (1, 3); expected (rows, columns), 2 to 2000 of each.", () => Chart.Surface(Tensor.Zeros([1, 3]), (0, 1), (0, 1)));
        Says("Surface: received x from 1 to 1 and y from 0 to 1; expected two finite numbers for each, the smaller first.", () => Chart.Surface(flat, (1, 1), (0, 1)));
        Says("Surface: the values hold NaN, infinity or more than 1E+300; expected finite numbers. Clip them first.", () => Chart.Surface(flat / 0, (0, 1), (0, 1)));
        Says("Surface: received points of shape (3, 3) for the path 'a'; expected (steps, 2), at least one.", () => Chart.Surface(flat, (0, 1), (0, 1), [("a", flat)]));
        Says("Surface: received 101 contours; expected 0 to 100.", () => Chart.Surface(flat, (0, 1), (0, 1), contours: 101));

        static void Says(string message, Func<Chart> draw) => Assert.StartsWith(message, Assert.ThrowsAny<ArgumentException>(draw).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_heatmap_is_darkest_where_its_number_is_largest()
    {
        Drawn drawn = new(Chart.Heatmap(Tensor.From(new float[,] { { 0.1f, 0.8f, 0.1f }, { 0.7f, 0.2f, 0.1f } }), ["chien", "rouge"], ["a", "red", "dog"], "looks"));
        Assert.All((string[])["chien", "rouge", "a", "red", "dog", "looks"], text => Assert.Contains(text, drawn.Texts.Select(one => one.Text)));
        (double X, double Y) At(string text) => drawn.Texts.Where(one => one.Text == text).Select(one => (one.X, one.Y)).Single();
        byte Light(string row, string column) => drawn.Pixel(At(column).X + 3, At(row).Y - 3).Red;
        Assert.True(Light("chien", "red") + 80 < Light("chien", "a") && Light("rouge", "a") + 80 < Light("rouge", "dog") && Light("rouge", "red") + 10 < Light("rouge", "dog"));
        Assert.StartsWith("Heatmap: received values of shape (2, 3), 1 names of rows and 3 of columns; expected (rows, columns)", Assert.ThrowsAny<ArgumentException>(() => Chart.Heatmap(Tensor.Zeros([2, 3]), ["a"], ["a", "b", "c"])).Message, StringComparison.Ordinal);
        Assert.StartsWith("Heatmap: the values hold NaN", Assert.ThrowsAny<ArgumentException>(() => Chart.Heatmap(Tensor.Full([1, 1], double.NaN), ["a"], ["b"])).Message, StringComparison.Ordinal);
        Assert.NotEmpty(Chart.Heatmap(Tensor.Zeros([1, 1]), ["a"], ["b"]).ToPng());
    }

    [Fact]
    public void Images_stand_in_rows_with_their_captions_below()
    {
        Tensor red = Tensor.From([250f, 1, 1], [1, 1, 3]).BroadcastTo([4, 4, 3]), green = Tensor.From([2f, 251.4f, 2], [1, 1, 3]).BroadcastTo([4, 4, 3]), blue = Tensor.From([3f, 3, 300], [1, 1, 3]).BroadcastTo([4, 4, 3]);
        Drawn drawn = new(Chart.ImageGrid(Tensor.Stack([red, green, blue]), ["red", "green", "blue"], columns: 2));
        (double redX, double redY, int count) = drawn.Of(new SKColor(250, 1, 1));
        (double greenX, double greenY, int greenCount) = drawn.Of(new SKColor(2, 251, 2));
        (double blueX, double blueY, _) = drawn.Of(new SKColor(3, 3, 255));
        Assert.True(count > 10_000, $"{count}");
        Assert.InRange(greenCount, count * 0.95, count * 1.05);
        Assert.Equal(redY, greenY, 2.0);
        Assert.Equal(redX, blueX, 2.0);
        Assert.True(greenX > redX + 100 && blueY > redY + 100);
        (string _, double x, double y) = drawn.Texts.Single(text => text.Text == "red");
        Assert.Equal(redX, x, 3.0);
        Assert.InRange(y, redY + 60, blueY - 60);
    }

    // The gap between images is 6 hundredths of the side.
    [Fact]
    public void Images_of_the_side_of_the_chart_keep_their_pixels_and_wide_captions_are_smaller()
    {
        byte[] colours = [.. Enumerable.Range(0, 2 * 50 * 40 * 3).Select(i => (byte)(i * 37 % 251))];
        Drawn drawn = new(Chart.ImageGrid(Tensor.From(colours, [2, 50, 40, 3]), ["short", "a caption that is wider than it"], columns: 2, side: 50));
        Assert.Equal((3 + (2 * 53), 3 + 84), (drawn.Width, drawn.Height));
        for (int i = 0; i < colours.Length; i += 3)
        {
            (int image, int y, int x) = (i / 6000, i / 120 % 50, i / 3 % 40);
            Assert.Equal(new SKColor(colours[i], colours[i + 1], colours[i + 2]), drawn.Pixel(3 + (image * 53) + 5 + x, 3 + y));
        }

        Assert.All(drawn.Texts, text => Assert.InRange(text.Y, 50, 87));
        Assert.Equal(2, drawn.Sizes.Count);
        Assert.Equal(10, drawn.Sizes[0]);
        Assert.InRange(drawn.Sizes[1], 2, 5);
    }

    [Fact]
    public void Mistakes_are_the_surest_first_and_nothing_that_is_right()
    {
        Tensor images = Tensor.Zeros([5, 2, 2, 1], DType.UInt8);
        Tensor probabilities = Tensor.From(new[,] { { 0.9, 0.1 }, { 0.4, 0.6 }, { 0.2, 0.8 }, { 0.45, 0.55 }, { 0.99, 0.01 } });
        Drawn drawn = new(Chart.Mistakes(images, Tensor.From(0, 0, 0, 1, 1), probabilities, ["cat", "dog"], count: 2));
        Assert.Equal(["cat 0.99 (dog)", "dog 0.80 (cat)"], drawn.Texts.Select(text => text.Text));
    }

    [Fact]
    public void Points_have_the_colour_and_the_name_of_their_class()
    {
        Tensor points = Tensor.From(new double[,] { { 0, 0 }, { 1, 1 }, { 2, 0 } });
        Drawn drawn = new(Chart.Scatter(points, Tensor.From(0, 2, 0), ["a", "unused", "c"], "Map"));
        Assert.All((string[])["a", "c", "Map"], text => Assert.Contains(text, drawn.Texts.Select(one => one.Text)));
        Assert.DoesNotContain("unused", drawn.Texts.Select(text => text.Text));
        Assert.True(drawn.Of(SKColor.Parse(Blue)).Count > drawn.Of(SKColor.Parse(Orange)).Count);
        Assert.True(drawn.Of(SKColor.Parse(Orange)).Count > 10);
    }

    [Fact]
    public void Files_are_whole_of_the_kind_that_the_name_says_and_repeat()
    {
        Chart chart = Chart.Scatter(Tensor.From(new double[,] { { 0, 0 }, { 1, 1 } }));
        string png = Path.Combine(folder, "a.PNG"), svg = Path.Combine(folder, "a.svg");
        chart.Width = 300;
        chart.Save(png);
        chart.Save(svg);
        Assert.Equal(300, SKBitmap.Decode(png).Width);
        Assert.Contains("<svg", File.ReadAllText(svg), StringComparison.Ordinal);
        Assert.Equal(chart.ToPng(), File.ReadAllBytes(png));
        Assert.Equal(chart.ToPng(), chart.ToPng());
        // A failed write leaves what is there.
        byte[] before = File.ReadAllBytes(png);
        Assert.Equal($"Chart.Save: received the name {png}.pdf; expected one that ends in .png or .svg, not '.PDF'. (Parameter 'path')", Assert.Throws<ArgumentException>(() => chart.Save(png + ".pdf")).Message);
        Assert.Equal(before, File.ReadAllBytes(png));
        Directory.CreateDirectory(Path.Combine(folder, "taken.png"));
        Assert.Throws<IOException>(() => chart.Save(Path.Combine(folder, "taken.png")));
        Assert.Equal(["a.PNG", "a.svg", "taken.png"], Directory.EnumerateFileSystemEntries(folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    // Names from files: control characters are none of XML, and a long name leaves room for the chart.
    [Fact]
    public void Names_of_every_kind_are_drawn()
    {
        string longName = new('w', 5000);
        ConfusionMatrix matrix = ConfusionMatrix.Of(Tensor.From(0, 1), Tensor.From(0, 1), names: ["<&\"\u0001\e[31m>", longName]);
        Chart chart = Chart.ConfusionMatrix(matrix, "a\nb\uFFFF");
        string[] texts = [.. new Drawn(chart).Texts.Select(text => text.Text)];
        Assert.Contains("<&\"??[31m>", texts);
        Assert.Contains(new string('w', 39) + "…", texts);
        Assert.Contains("a?b?", texts);
        Assert.InRange(chart.Width, 64, 2000);
    }

    [Theory]
    [InlineData("", "the first line begins with ''; expected the columns of a training's log, \"epoch\" first, as CSVLogger writes them.")]
    [InlineData("loss,epoch\n1,2\n", "the first line begins with 'loss'; expected the columns of a training's log, \"epoch\" first, as CSVLogger writes them.")]
    [InlineData("epoch,loss\n0,1\n1\n", "line 3: received 1 values; expected 2, as in the first line.")]
    [InlineData("epoch,loss\n0,high\n", "line 2, column 'loss': received 'high'; expected a number, such as 0.5.")]
    [InlineData("epoch,loss\n0,1\n1,-1e301\n", "line 3, column 'loss': received '-1e301'; expected a number from -1E+300 to 1E+300. The file is damaged.")]
    [InlineData("epoch,loss\n1e301,1\n", "line 2, column 'epoch': received '1e301'; expected a number from -1E+300 to 1E+300. The file is damaged.")]
    [InlineData("epoch,loss,loss\n0,1,2\n", "the column 'loss' stands there twice; expected different names.")]
    public void Files_that_are_no_log_are_told(string text, string message)
    {
        string path = Written(text);
        Assert.Contains(message, Assert.Throws<FormatException>(() => Chart.TrainingCurves(path)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("epoch,loss\n0,1e300\n1,-1e300\n2,0\n")]
    [InlineData("epoch,loss\n0,1e300\n")]
    [InlineData("epoch,loss\n0,1e-320\n1,2e-320\n")]
    [InlineData("epoch,loss\n1e300,1\n-1e300,2\n")]
    public void Numbers_of_every_size_are_drawn(string text) => Assert.NotEmpty(Chart.TrainingCurves(Written(text)).ToPng());

    [Fact]
    public void What_cannot_be_drawn_is_told()
    {
        string none = Written("epoch,loss\n"), lost = Written("epoch,loss\n0,NaN\n1,Infinity\n");
        Says<ArgumentException>($"TrainingCurves: {none} has 0 epochs of 1 figures; expected at least one of each. Train first.", () => Chart.TrainingCurves(none));
        Says<ArgumentException>($"TrainingCurves: the figure 'loss' of {lost} has no finite number. Did the training diverge? Lower the learning rate, or leave the figure out. (Parameter 'figures')", () => Chart.TrainingCurves(lost));
        Says<ShapeException>("Scatter: received points of shape (3, 3); expected (examples, 2), at least one. Columns beyond can be left out: points.Slice(0, 2, axis: 1).", () => Chart.Scatter(Tensor.Zeros([3, 3])));
        Says<ArgumentException>("Scatter: the points hold NaN or infinity; expected finite numbers. Leave those examples out. (Parameter 'points')", () => Chart.Scatter(Tensor.Full([1, 2], double.NaN)));
        Says<ArgumentException>("Scatter: received the label 2; expected 0 to 1, as there are names. (Parameter 'labels')", () => Chart.Scatter(Tensor.Zeros([1, 2]), Tensor.From(2), ["a", "b"]));
        Says<ShapeException>("Scatter: received labels of shape (2,) for 1 examples; expected one class number for each, (1,).", () => Chart.Scatter(Tensor.Zeros([1, 2]), Tensor.From(0, 1)));
        Says<DTypeException>("Scatter: received labels of Float64; expected class numbers of a whole type, such as Int32. Cast them, or take ArgMax of scores.", () => Chart.Scatter(Tensor.Zeros([1, 2]), Tensor.From(0.5)));
        Says<ShapeException>("ImageGrid: received images of shape (401, 1, 1, 1); expected 1 to 400 images (examples, height, width, 1 or 3). Take a part: images.Slice(0, 16).", () => Chart.ImageGrid(Tensor.Zeros([401, 1, 1, 1])));
        Says<ArgumentOutOfRangeException>("ImageGrid: received the side 8; expected 16 to 1024 pixels. (Parameter 'side')", () => Chart.ImageGrid(Tensor.Zeros([1, 2, 2, 1]), side: 8));
        Says<ShapeException>("ImageGrid: received 2 captions for 1 images; expected one for each.", () => Chart.ImageGrid(Tensor.Zeros([1, 2, 2, 1]), ["a", "b"]));
        Says<DTypeException>("ImageGrid: received images of Int32; expected UInt8, or a floating-point type from 0 to 255. Cast them first.", () => Chart.ImageGrid(Tensor.Zeros([1, 2, 2, 1], DType.Int32)));
        Says<ArgumentException>("Mistakes: all 1 predictions are right; there is nothing to draw. (Parameter 'probabilities')", () => Chart.Mistakes(Tensor.Zeros([1, 2, 2, 1]), Tensor.From(0), Tensor.From(new[,] { { 0.9, 0.1 } })));
        Says<ArgumentException>("Mistakes: the probabilities hold NaN; expected numbers. Did the training diverge? (Parameter 'probabilities')", () => Chart.Mistakes(Tensor.Zeros([1, 2, 2, 1]), Tensor.From(0), Tensor.Full([1, 2], double.NaN)));
        Says<ArgumentException>("Roc: received 0 curves; expected 1 to 20, to be told apart. (Parameter 'curves')", () => Chart.Roc());
        Says<ArgumentOutOfRangeException>("Received Width = 100000; expected 64 to 16384. (Parameter 'Width')", () => Chart.Scatter(Tensor.Zeros([1, 2])).Width = 100_000);
    }

    private static void Says<T>(string message, Func<object> action) where T : Exception => Assert.Equal(message, Assert.Throws<T>(action).Message);

    private string Written(string text)
    {
        string path = Path.Combine(folder, $"{Guid.NewGuid():N}.csv");
        File.WriteAllText(path, text);
        return path;
    }
}
