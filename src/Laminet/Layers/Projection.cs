using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>
/// A part of an attention: one product over the last axes, which other axes take the place of. The kernel has the shape (what is summed over..., units...), the
/// bias (units...), as EinsumDense has them in Keras.
/// </summary>
/// <param name="settings">Of the weights.</param>
/// <param name="summedAxes">How many of the last axes are summed over.</param>
internal sealed class Projection(ProjectionSettings settings, int summedAxes = 1) : Layer
{
    private Variable? kernel, bias;

    /// <summary>The axes that come out. The layer around gives them before it first calls this one: they may depend on its inputs.</summary>
    public Shape Units { get; set; }

    protected override bool SupportsMasking => true;

    protected override void Build(Shape input)
    {
        kernel = AddWeight("kernel", [.. input.Skip(input.Rank - summedAxes), .. Units], settings.KernelInitializer, regularizer: settings.KernelRegularizer, constraint: settings.KernelConstraint);
        bias = settings.UseBias ? AddWeight("bias", Units, settings.BiasInitializer, regularizer: settings.BiasRegularizer, constraint: settings.BiasConstraint) : null;
    }

    protected override Tensor Forward(Tensor input, CallContext context)
    {
        int outer = input.Rank - summedAxes;
        Shape summed = [.. input.Shape.Skip(outer)];
        if (!kernel!.Shape.Take(summedAxes).SequenceEqual(summed))
            throw new ShapeException($"received an input of shape {input.Shape}; expected the last axes {new Shape([.. kernel.Shape.Take(summedAxes)])}, which the layer was built for.");
        Tensor product = input.Reshape([-1, summed.ElementCount]).MatMul(kernel.Value.Reshape(summed.ElementCount, Units.ElementCount));
        return (bias is null ? product : product + bias.Value.Reshape(Units.ElementCount)).Reshape([.. input.Shape.Take(outer), .. Units]);
    }
}
