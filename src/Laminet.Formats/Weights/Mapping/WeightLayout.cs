namespace Laminet.Formats.Weights.Mapping;

/// <summary>Whose names and order of axes the weights of a file have.</summary>
public enum WeightLayout
{
    /// <summary>Told by the file: its format, its names.</summary>
    Auto,

    /// <summary>Keras's, which are this library's: channels last, kernels (height, width, in, out), dense kernels (in, out), gates of a GRU z, r, h.</summary>
    Keras,

    /// <summary>PyTorch's: channels first, kernels (out, in, height, width), linear weights (out, in), gates of a GRU r, z, n.</summary>
    PyTorch,
}
