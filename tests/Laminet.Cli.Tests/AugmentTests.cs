using System.Text.Json.Nodes;
using Laminet.Cli.Augmentation;
using Laminet.Layers;
using Laminet.Tensors;
using Laminet.Vision.Images;

namespace Laminet.Cli.Tests;

/// <summary>The sheet that <c>laminet augment</c> draws.</summary>
public sealed class AugmentTests : IDisposable
{
    // Of a tile, of the ground between tiles, and of a tile with its caption.
    private const int Side = 64, Gap = 4, Row = Side + 34;

    private readonly CommandLine line = new();

    // No black and no white, so that there is contrast to be stretched.
    public AugmentTests() => Image.Write(line.At("photo.png"), Image.Resize(new RandomKey(1).Uniform([48, 75, 3], 40, 200), (96, 150)));

    public void Dispose() => line.Dispose();

    [Fact]
    public void All_layers_are_rows_of_tiles()
    {
        int layers = AugmentationTable.Rows.Count;
        Assert.Equal($"augmentation.png: layers {layers}, draws of each 4{Environment.NewLine}", line.Run("augment", "photo.png").Expect(0).Output);
        Assert.Equal([8 + (layers * (128 + 34)), 8 + (5 * (128 + 8)), 3], Image.Read(line.At("augmentation.png")).Shape);
    }

    // A new layer cannot be forgotten.
    [Fact]
    public void The_table_has_every_image_layer_of_the_registry()
    {
        string[] layers = [.. typeof(ImageLayer).Assembly.GetExportedTypes().Where(type => type.IsSubclassOf(typeof(ImageLayer)) && !type.IsAbstract).Select(type => type.Name).Order(StringComparer.Ordinal)];
        Assert.Equal(layers, AugmentationTable.Rows.Select(row => row.Name));
        Assert.All(AugmentationTable.Rows, row => Assert.Equal(row.Name, Layer.Registry.Serialize(row.Create(Side))["class_name"]!.GetValue<string>()));
    }

    public static TheoryData<string> Names => [.. AugmentationTable.Rows.Select(row => row.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_row_begins_with_the_photo_and_shows_an_effect(string layer)
    {
        Tensor sheet = Sheet(layer, count: 4), photo = Photo();
        Assert.Equal(photo.ToArray<byte>(), Tile(sheet, 0).ToArray<byte>());
        Assert.Contains(Enumerable.Range(1, 4), column => Difference(Tile(sheet, column), photo) > 3);
    }

    [Fact]
    public void The_same_seed_gives_the_same_file_and_another_seed_another()
    {
        Sheet("RandomRotation,MixUp,RandomErasing", 2);
        byte[] first = File.ReadAllBytes(line.At("sheet.png"));
        Sheet("RandomRotation,MixUp,RandomErasing", 2);
        Assert.Equal(first, File.ReadAllBytes(line.At("sheet.png")));
        Tensor zero = Image.Read(line.At("sheet.png")), one = Sheet("RandomRotation,MixUp,RandomErasing", 2, seed: 1);
        Assert.All(Enumerable.Range(0, 3), row => Assert.True(Difference(Tile(zero, 1, row), Tile(one, 1, row)) > 1, $"row {row}"));
        Assert.Equal(Tile(zero, 0).ToArray<byte>(), Tile(one, 0).ToArray<byte>());
    }

    [Fact]
    public void A_draw_depends_neither_on_the_number_of_draws_nor_on_the_other_layers()
    {
        Tensor few = Sheet("RandomShear", 1), many = Sheet("randomflip, CutMix,RandomShear", 3);
        Assert.Equal(Tile(few, 1).ToArray<byte>(), Tile(many, 1, row: 2).ToArray<byte>());
        Assert.Equal(Tile(Sheet("CutMix", 1), 1).ToArray<byte>(), Tile(many, 1, row: 1).ToArray<byte>());
    }

    // Every pixel is the same mixture of the photo and its mirror image.
    [Fact]
    public void MixUp_mixes_the_photo_with_its_mirror_image()
    {
        Tensor sheet = Sheet("MixUp", 6), photo = Photo().Cast(DType.Float64), mirror = photo.Flip(1), apart = photo - mirror;
        double[] shares = [.. Enumerable.Range(1, 6).Select(column =>
        {
            Tensor tile = Tile(sheet, column).Cast(DType.Float64);
            double share = (((tile - mirror) * apart).Sum() / apart.Square().Sum()).ToDouble();
            Assert.InRange((tile - ((photo * share) + (mirror * (1 - share)))).Abs().Max().ToDouble(), 0, 1);
            return share;
        })];
        Assert.All(shares, share => Assert.InRange(share, -0.01, 1.01));
        Assert.True(shares.Distinct().Count() > 3, string.Join(" ", shares));
        Assert.Contains(shares, share => share is > 0.1 and < 0.9);
    }

    [Fact]
    public void CutMix_puts_a_rectangle_of_the_mirror_image_into_the_photo()
    {
        Tensor sheet = Sheet("CutMix", 6), photo = Photo(), mirror = photo.Flip(1);
        Assert.All(Enumerable.Range(1, 6), column => Assert.True(Tile(sheet, column).Equal(photo).Or(Tile(sheet, column).Equal(mirror)).All().Item<bool>()));
        Assert.Contains(Enumerable.Range(1, 6), column => Difference(Tile(sheet, column), photo) > 0 && Difference(Tile(sheet, column), mirror) > 0);
    }

    [Fact]
    public void A_smaller_result_stands_in_the_middle()
    {
        Tensor tile = Tile(Sheet("CenterCrop", 1), 1), photo = Photo();
        Assert.Equal(photo[11..53, 11..53].ToArray<byte>(), tile[11..53, 11..53].ToArray<byte>());
        Assert.True(tile[..11].Equal(255).All().Item<bool>() && tile[53..].Equal(255).All().Item<bool>());
    }

    [Fact]
    public void Json_has_the_settings_of_each_layer()
    {
        JsonNode json = JsonNode.Parse(line.Run("augment", "photo.png", "--layers", "randomcrop,RandomRotation,RandomCrop", "--size", "96", "--json").Expect(0).Output)!;
        Assert.Equal(line.At("augmentation.png"), json["picture"]!.GetValue<string>());
        Assert.Equal(["RandomCrop", "RandomRotation"], json["layers"]!.AsArray().Select(row => row!["layer"]!.GetValue<string>()));
        Assert.Equal(64, json["layers"]![0]!["settings"]!["width"]!.GetValue<int>());
    }

    [Fact]
    public void A_file_that_is_no_image_is_told_and_nothing_is_written()
    {
        File.WriteAllText(line.At("text.jpg"), "no image");
        Assert.StartsWith($"error: Cannot read {line.At("text.jpg")}:", line.Run("augment", "text.jpg").Expect(1).Error, StringComparison.Ordinal);
        Assert.StartsWith("error: --layers: received 'RandomFlop'; expected one of AugMix, AutoContrast, ", line.Run("augment", "photo.png", "--layers", "MixUp,RandomFlop").Expect(2).Error, StringComparison.Ordinal);
        Assert.EndsWith($"Solarization. Did you mean 'RandomFlip'?{Environment.NewLine}", line.Run("augment", "photo.png", "--layers", "RandomFlop").Expect(2).Error, StringComparison.Ordinal);
        Assert.False(File.Exists(line.At("augmentation.png")));
    }

    private Tensor Sheet(string layers, int count, int seed = 0)
    {
        line.Run("augment", "photo.png", "--layers", layers, "--count", $"{count}", "--seed", $"{seed}", "--size", $"{Side}", "--out", "sheet.png").Expect(0);
        return Image.Read(line.At("sheet.png"));
    }

    private Tensor Photo() => Image.Read(line.At("photo.png"), new ImageReading { Size = (Side, Side), Fit = ImageFit.Cover });

    private static Tensor Tile(Tensor sheet, int column, int row = 0)
    {
        (int top, int left) = (Gap + (row * Row), Gap + (column * (Side + Gap)));
        return sheet[top..(top + Side), left..(left + Side)];
    }

    private static double Difference(Tensor one, Tensor other) => (one.Cast(DType.Float64) - other.Cast(DType.Float64)).Abs().Mean().ToDouble();
}
