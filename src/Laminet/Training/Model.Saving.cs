namespace Laminet.Training;

public partial class Model
{
    /// <summary>Placeholder until the saving branch is merged.</summary>
    public void Save(string path) => throw new NotSupportedException(path);

    /// <summary>Placeholder until the saving branch is merged.</summary>
    public void SaveWeights(string path) => throw new NotSupportedException(path);
}
