using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>
/// A function of your own as a layer, y = f(x), in tensor operations: <c>new Lambda(x => x.Square())</c>. A model with one is trained and its weights are saved; as a model it
/// is not saved, since files hold names and never code. Write a class derived from <see cref="Layer"/> for a layer with weights or one that is saved. Keras: <c>Lambda</c>.
/// </summary>
/// <param name="function">The function of the input.</param>
public sealed class Lambda(Func<Tensor, Tensor> function) : Layer
{
    public Func<Tensor, Tensor> Function { get; } = function ?? throw new ArgumentNullException(nameof(function));

    protected override Tensor Forward(Tensor input, CallContext context) =>
        Function(input) ?? throw new InvalidOperationException($"Layer {Label}: the function gave null for an input of shape {input.Shape}; expected a tensor.");
}
