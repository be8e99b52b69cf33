using Laminet.Generation;
using Laminet.Tensors;

namespace Laminet.Tests.Generation;

/// <summary>Several decoders that write together.</summary>
public class DecoderEnsembleTests
{
    // Probabilities (.8, .1, .1) and (.2, .7, .1): their products are .16, .07 and .01, so the geometric means to sum 1 are their roots / .764575: .4 and .264575 and .1.
    [Fact]
    public void Probabilities_are_geometric_means()
    {
        FunctionDecoder first = Constant(.8, .1, .1), second = Constant(.2, .7, .1);
        DecoderEnsemble ensemble = new([first, second]);
        (Tensor logits, Bundle<Tensor> cache) = ensemble.Next(Tensor.Zeros([2, 1], DType.Int32), Tensor.Scalar(0), ensemble.NewCache(2, 1));
        float[] probabilities = logits.Softmax().ToArray<float>();
        double[] expected = [.4 / .764575, .264575 / .764575, .1 / .764575];
        Assert.All(probabilities.Zip([.. expected, .. expected]), pair => Assert.Equal(pair.Second, pair.First, 1e-5));
        Assert.Equal(2, cache.Count);
        // Of one alone they are its own.
        Assert.Equal(.7, Math.Exp(new DecoderEnsemble([second]).BeamSearch([[0]], new() { MaxNewTokens = 1, NumBeams = 2 })[0][0].Score), 1e-5);
    }

    // Each keeps its own cache, named or not, in compiled loops too.
    [Fact]
    public void Members_write_as_alone_where_they_are_the_same()
    {
        RecurrentDecoder decoder = GenerationGolden.Decoder();
        DecoderEnsemble ensemble = new([decoder, new DecoderEnsemble([decoder, decoder])]);
        GenerationSettings settings = new() { MaxNewTokens = 6, NumBeams = 3 };
        int[][] prompts = [[1, 2], [3], [4, 1, 2]];
        Assert.Equal(decoder.Generate(prompts, settings), ensemble.Generate(prompts, settings));
        Assert.Equal(decoder.Generate(prompts), ensemble.Generate(prompts));
        Assert.Equal(7, new DecoderEnsemble([decoder, GenerationGolden.Decoder(maxLength: 7)]).MaxLength);
    }

    [Fact]
    public void Wrong_use_is_explained()
    {
        Assert.Contains("received 2 decoders with vocabularies of [3, 2] tokens", Assert.Throws<ArgumentException>(() => new DecoderEnsemble([Constant(.8, .1, .1), Constant(.5, .5)])).Message, StringComparison.Ordinal);
        Assert.Contains("received 0 decoders", Assert.Throws<ArgumentException>(() => new DecoderEnsemble([])).Message, StringComparison.Ordinal);
        Assert.Contains("received 1 caches for 2 decoders", Assert.Throws<ArgumentException>(() => new DecoderEnsemble([Constant(.5, .5), Constant(.5, .5)]).Join([Tensor.Zeros([1, 1])])).Message, StringComparison.Ordinal);
    }

    private static FunctionDecoder Constant(params double[] probabilities) => FunctionDecoder.Of(Tensor.From([.. Enumerable.Repeat(probabilities.Select(p => (float)Math.Log(p)), probabilities.Length).SelectMany(row => row)], [probabilities.Length, probabilities.Length]));
}
