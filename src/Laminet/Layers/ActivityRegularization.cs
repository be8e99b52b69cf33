using Laminet.Regularizers;
using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>
/// Adds a penalty on its input to the loss, l1 sum|x| + l2 sum x² over the whole batch, and returns the input. As in Keras 3, it is not divided by the number of examples.
/// <see cref="Layer.ActivityRegularizer"/> does the same at another layer's end. Keras: <c>ActivityRegularization</c>.
/// </summary>
/// <param name="l1">The factor of the absolute values.</param>
/// <param name="l2">The factor of the squares.</param>
public sealed class ActivityRegularization(double l1 = 0, double l2 = 0) : Layer
{
    private readonly L1L2 penalty = new(l1, l2);

    public double L1 => penalty.L1;
    public double L2 => penalty.L2;
    protected override bool SupportsMasking => true;

    protected override Tensor Forward(Tensor input, CallContext context)
    {
        context.AddPenalty(penalty, input);
        return input;
    }
}
