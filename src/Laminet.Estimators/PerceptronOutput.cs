namespace Laminet.Estimators;

/// <summary>What an MLP's last layer gives, and with it the loss.</summary>
internal enum PerceptronOutput
{
    /// <summary>Numbers; half the squared error.</summary>
    Identity,

    /// <summary>A probability for each output by itself; binary cross-entropy.</summary>
    Logistic,

    /// <summary>One probability a class; cross-entropy.</summary>
    Softmax,
}
