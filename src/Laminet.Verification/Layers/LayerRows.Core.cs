using Laminet.Layers;

namespace Laminet.Verification.Layers;

internal static partial class LayerRows
{
    private static readonly LayerRow[] Core =
    [
        new(typeof(ActivityRegularization), _ => new ActivityRegularization(0.5, 0.25), [2, 3, 5], [2, 3, 5], 0),
        new(typeof(Dense), type => new Dense(4, kernelConstraint: "max_norm", biasConstraint: "non_neg") { DType = type, ActivityRegularizer = "l2" }, [3, 5], [3, 4], 24),
        new(typeof(ReLU), _ => new ReLU(0.4, 0.25, 0.125), [3, 5], [3, 5], 0),
        new(typeof(LeakyReLU), _ => new LeakyReLU(0.1), [3, 5], [3, 5], 0),
        new(typeof(ELU), _ => new ELU(0.5), [3, 5], [3, 5], 0),
        new(typeof(PReLU), type => new PReLU("ones") { DType = type }, [2, 3, 4], [2, 3, 4], 12),
        new(typeof(PReLU), type => new PReLU(sharedAxes: [1, 2]) { DType = type }, [2, 3, 5, 4], [2, 3, 5, 4], 4),
        new(typeof(Softmax), _ => new Softmax(), [2, 3, 4], [2, 3, 4], 0),
        new(typeof(Softmax), _ => new Softmax([1, 2]), [2, 3, 4], [2, 3, 4], 0),
        new(typeof(Laminet.Layers.Identity), _ => new Laminet.Layers.Identity(), [3, 5], [3, 5], 0),
        new(typeof(Lambda), _ => new Lambda(x => x.Square()), [3, 5], [3, 5], 0, IsSaved: false),
        new(typeof(Permute), _ => new Permute(3, 1, 2), [2, 3, 4, 5], [2, 5, 3, 4], 0),
        new(typeof(RepeatVector), _ => new RepeatVector(3), [2, 5], [2, 3, 5], 0),
        new(typeof(EinsumDense), type => new EinsumDense("abc,cde->abde", [null, 2, 5], "gelu", "de") { DType = type }, [2, 3, 4], [2, 3, 2, 5], 50),
        new(typeof(EinsumDense), type => new EinsumDense("...x,xy->...y", [5]) { DType = type }, [2, 3, 4], [2, 3, 5], 20),
        new(typeof(Dense), type => new Dense(4, ActivationFunction.LeakyRelu(0.1)) { DType = type }, [2, 3, 5], [2, 3, 4], 24),
        new(typeof(Activation), _ => new Activation("glu"), [2, 6], [2, 3], 0),
        new(typeof(Activation), _ => new Activation("sparsemax"), [3, 5], [3, 5], 0),
        new(typeof(Activation), _ => new Activation("selu"), [3, 5], [3, 5], 0),
        new(typeof(Subtract), _ => new Subtract(), [2, 5], [2, 5], 0, Inputs: 2),
        new(typeof(Multiply), _ => new Multiply(), [2, 5], [2, 5], 0, Inputs: 3),
        new(typeof(Average), _ => new Average(), [2, 5], [2, 5], 0, Inputs: 3),
        new(typeof(Maximum), _ => new Maximum(), [2, 5], [2, 5], 0, Inputs: 3),
        new(typeof(Minimum), _ => new Minimum(), [2, 5], [2, 5], 0, Inputs: 2),
        new(typeof(Dot), _ => new Dot(-1, normalize: true), [2, 3, 5], [2, 3, 3], 0, Inputs: 2),
        new(typeof(Dot), _ => new Dot([1, 1]), [2, 5], [2, 1], 0, Inputs: 2),
        new(typeof(Dropout), _ => new Dropout(0.5, [null, 1, null]), [4, 3, 5], [4, 3, 5], 0),
        new(typeof(SpatialDropout1D), _ => new SpatialDropout1D(0.5), [4, 3, 5], [4, 3, 5], 0),
        new(typeof(SpatialDropout2D), _ => new SpatialDropout2D(0.5), [4, 3, 2, 5], [4, 3, 2, 5], 0),
        new(typeof(SpatialDropout3D), _ => new SpatialDropout3D(0.5), [4, 3, 2, 2, 5], [4, 3, 2, 2, 5], 0),
        new(typeof(GaussianNoise), _ => new GaussianNoise(0.5), [4, 5], [4, 5], 0),
        new(typeof(GaussianDropout), _ => new GaussianDropout(0.25), [4, 5], [4, 5], 0),
        new(typeof(AlphaDropout), _ => new AlphaDropout(0.25), [4, 5], [4, 5], 0),
    ];
}
