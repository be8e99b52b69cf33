namespace Laminet.Formats.Weights;

/// <summary>The formats of weights that are read.</summary>
public enum WeightFormat
{
    /// <summary>Safetensors.</summary>
    SafeTensors,

    /// <summary>A model file of this library.</summary>
    Laminet,

    /// <summary>One array of NumPy, <c>.npy</c>.</summary>
    NumPyArray,

    /// <summary>Several arrays of NumPy, <c>.npz</c>.</summary>
    NumPyArchive,

    /// <summary>PyTorch's <c>torch.save</c> since version 1.6: a zip file.</summary>
    PyTorch,

    /// <summary>PyTorch's <c>torch.save</c> before version 1.6: pickles, followed by the numbers.</summary>
    PyTorchLegacy,

    /// <summary>HDF5 as Keras 1 and 2 write it, <c>.h5</c>: weights, or a whole model.</summary>
    KerasHdf5,

    /// <summary>HDF5 as Keras 3 writes it, <c>.weights.h5</c>.</summary>
    KerasWeights,

    /// <summary>Keras 3's model file, <c>.keras</c>.</summary>
    Keras,

    /// <summary>HDF5 of another program: every dataset of numbers in it.</summary>
    Hdf5,

    /// <summary>A layers model of TensorFlow.js: <c>model.json</c> and files of weights.</summary>
    TensorFlowJsLayers,

    /// <summary>A graph model of TensorFlow.js, whose weights have names and no layers.</summary>
    TensorFlowJsGraph,

    /// <summary>The tensors of an ONNX file.</summary>
    Onnx,
}
