#:project ../src/Laminet.Tensors/Laminet.Tensors.csproj
// Gradients of any order, a tape, and an operation of one's own.  dotnet run samples/gradients.cs
using Laminet.Tensors;
using Laminet.Tensors.Autodiff;

Func<Tensor, Tensor> f = x => x.Pow(4) - x.Sin();
Tensor at = Tensor.Scalar(1.5);
Console.WriteLine($"f    = {f(at).ToDouble():F6}");
Console.WriteLine($"f'   = {Gradient.Of(f)(at).ToDouble():F6}   (4x^3 - cos x = {(4 * Math.Pow(1.5, 3)) - Math.Cos(1.5):F6})");
Console.WriteLine($"f''  = {Gradient.Of(Gradient.Of(f))(at).ToDouble():F6}   (12x^2 + sin x = {(12 * 1.5 * 1.5) + Math.Sin(1.5):F6})");

var tape = new GradientTape();
Tensor w = tape.Watch(Tensor.From(1.0, 2.0, 3.0));
Tensor loss = (w * w).Sum();
Console.WriteLine($"d(w.w)/dw = {tape.Gradient(loss, w)}");

Tensor v = tape.Watch(Tensor.From(2f, 3f));
Console.WriteLine($"cube = {new Cube().Apply(v)}, gradient = {tape.Gradient(new Cube().Apply(v), v)}");

/// <summary>x^3 with a gradient of its own, written in tensor operations so that it can be differentiated again.</summary>
internal sealed record Cube : Primitive
{
    public override TensorSpec Infer(ReadOnlySpan<TensorSpec> inputs) => inputs[0];

    protected override void Run(in KernelArguments arguments)
    {
        ReadOnlySpan<float> x = arguments.Input<float>(0);
        Span<float> y = arguments.Output<float>();
        for (int i = 0; i < x.Length; i++)
            y[i] = x[i] * x[i] * x[i];
    }

    protected override Tensor? Gradient(int input, in GradientArguments arguments) =>
        arguments.Upstream * 3 * arguments.Inputs[0].Square();
}
