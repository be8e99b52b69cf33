using Laminet.Tensors;

namespace Laminet.Estimators;

/// <summary>
/// A part of a <see cref="Pipeline"/>: a <see cref="Transformer"/> or an <see cref="Estimator"/>. Its settings are its public properties with a setter; what it learned from data
/// are the others. As in scikit-learn, a copy of the settings without what was learned is a <see cref="Clone"/>.
/// </summary>
public abstract class Step
{
    /// <summary>The number of columns of the data it was fitted to. Null before.</summary>
    public int? FeatureCount { get; private protected set; }

    /// <summary>Whether it was fitted to data.</summary>
    public bool IsFitted => FeatureCount is not null;

    /// <summary>
    /// A setting by its name, as searches set it: <c>step["Alpha"]</c>. Case and underscores do not matter. A setting of a pipeline's step is named <c>"mlp.Alpha"</c>, or as in scikit-learn
    /// <c>"mlp__alpha"</c>.
    /// </summary>
    /// <exception cref="ArgumentException">There is no setting of that name, or it does not take such a value; the message says what is known.</exception>
    public object? this[string setting]
    {
        get => Settings.Get(this, setting);
        set => Settings.Set(this, setting, value);
    }

    /// <summary>A step of the same class with the same settings that was not fitted.</summary>
    public virtual Step Clone() => Settings.Copy(this);

    /// <summary>Writes settings and what was learned to a file. A failed save leaves the old file.</summary>
    /// <param name="path">The file, by convention <c>.estimator</c>; a safetensors file with a description.</param>
    public void Save(string path) => StepFile.Write(this, path);

    /// <summary>Reads a step from a file that <see cref="Save"/> wrote. It can be trained further, as by <see cref="MultilayerPerceptron.PartialFit(Tensor, Tensor, CancellationToken)"/>.</summary>
    /// <exception cref="FormatException">The file is no such file, or names a class that is not registered.</exception>
    public static Step Load(string path) => StepFile.Read(path);

    /// <summary>Makes a class of your own known, so that <see cref="Load"/> may create it.</summary>
    public static void Register<T>() where T : Step, new() => StepFile.Register<T>();

    /// <summary>The steps within this one, by name; none by default.</summary>
    internal virtual IReadOnlyList<(string Name, Step Step)> Inner => [];

    /// <summary>What was learned, as tensors by name.</summary>
    protected internal abstract IReadOnlyDictionary<string, Tensor> GetState();

    /// <summary>Takes over what was learned.</summary>
    /// <param name="state">What <see cref="GetState"/> gave.</param>
    protected internal abstract void SetState(IReadOnlyDictionary<string, Tensor> state);

    /// <summary>Checks data to fit to: (examples, features), floating-point, finite.</summary>
    private protected Tensor Fitting(Tensor x)
    {
        Examples.Require(GetType().Name, x);
        Fitted(x);
        return x;
    }

    /// <summary>Remembers the form of data that were checked and learned.</summary>
    private protected void Fitted(Tensor x) => FeatureCount = x.Shape[1];

    /// <summary>Checks data to apply what was learned to.</summary>
    private protected Tensor Applying(Tensor x)
    {
        RequireFitted();
        Examples.Require(GetType().Name, x);
        return x.Shape[1] == FeatureCount
            ? x
            : throw new ShapeException($"{GetType().Name}: received {x.Shape[1]} features; expected {FeatureCount}, as in the data it was fitted to.");
    }

    private protected void RequireFitted()
    {
        if (!IsFitted)
            throw new InvalidOperationException($"This {GetType().Name} has not learned from data. Call Fit first.");
    }

    internal void Restored(int? features) => FeatureCount = features;
}
