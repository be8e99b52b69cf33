using Laminet.Tensors;

namespace Laminet.Estimators;

/// <content>L-BFGS over all examples at once.</content>
public abstract partial class MultilayerPerceptron
{
    private void Minimize(Tensor x, Tensor targets, CancellationToken cancellation)
    {
        throw new NotImplementedException();
    }
}
