using Laminet.Zoo.Datasets;

namespace Laminet.Zoo.Tests.Datasets;

/// <summary>Files of captions, and the errors for files of another form.</summary>
public class CaptionedImageTests
{
    [Fact]
    public void Captions_come_by_image_in_the_order_of_the_file()
    {
        IReadOnlyList<CaptionedImage> all = Parse("image,caption\nb.jpg,A dog , running .\na.jpg,\"A \"\"red\"\" car, parked\"\nb.jpg,\"Go\" it says\n");
        Assert.Equal(["b.jpg", "a.jpg"], all.Select(one => one.Image));
        Assert.Equal(["A dog , running .", "\"Go\" it says"], all[0].Captions);
        Assert.Equal(["A \"red\" car, parked"], all[1].Captions);
        Assert.Single(Parse("image,caption\r\na.jpg,One\r\n"));
        // A first line that is no heading counts.
        Assert.Single(Parse("a.jpg,One"));
    }

    [Theory]
    [InlineData("A boy's dog -- running.", "a boys dog running")]
    [InlineData("  Two  DOGS,12 caf\u00e9s ", "two dogs 12 caf s")]
    [InlineData(" .", "")]
    public void Plain_text_has_words_in_lower_case(string caption, string plain) => Assert.Equal(plain, CaptionedImage.PlainText(caption));

    [Theory]
    [InlineData("a.jpg,One\nb.jpg\n", "text, line 2: expected the name of an image, a comma and a caption.")]
    [InlineData("a.jpg, \n", "text, line 1: expected the name of an image, a comma and a caption.")]
    [InlineData(",One\n", "text, line 1: expected the name of an image, a comma and a caption.")]
    public void A_line_of_another_form_is_named(string text, string message) => Assert.Equal(message, Assert.Throws<InvalidDataException>(() => Parse(text)).Message);

    [Fact]
    public void A_line_without_an_end_is_not_read_into_memory() =>
        Assert.Contains("longer than 4096 characters", Assert.Throws<InvalidDataException>(() => Parse(new string('a', 5000))).Message, StringComparison.Ordinal);

    private static IReadOnlyList<CaptionedImage> Parse(string text) => CaptionedImage.Parse(new StringReader(text));
}
