namespace Laminet.Tensors.Runtime;

/// <summary>Work that several threads do the tasks of, as a value, so that handing it out allocates nothing.</summary>
internal interface IWork
{
    /// <summary>Does one task. Called on several threads at the same time, so it does not change the value.</summary>
    void Run(int task);
}
